int Absent();

int Absent() { return 0; }
