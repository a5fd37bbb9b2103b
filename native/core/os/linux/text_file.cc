#include "core/os/linux/text_file.h"

#include <cstdio>

namespace convkit {

std::string readTextFile(const std::string& path) {
  std::string text;
  // e: a program started meanwhile does not inherit the file.
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return text;
  char buffer[1024];
  while (const size_t count = std::fread(buffer, 1, sizeof buffer, file)) text.append(buffer, count);
  std::fclose(file);
  return text;
}

}  // namespace convkit
