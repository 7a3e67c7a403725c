int Absent();

int main() { return Absent(); }
