#pragma once

namespace costcheck {

struct WriteOptions {
  bool exact = false;  ///< people see all digits too; CSV and JSON always have them
  int width = 80;      ///< of text; at least 20
  bool color = false;  ///< text: a bold header
};

}  // namespace costcheck
