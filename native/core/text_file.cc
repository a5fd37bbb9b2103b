#include "core/text_file.h"

#include <cstdio>

namespace convkit {
namespace {

#if defined(__linux__)
constexpr char kMode[] = "re";  // a program started meanwhile does not inherit the file
#else
constexpr char kMode[] = "rb";
#endif

}  // namespace

std::string readTextFile(const std::string& path) {
  std::string text;
  std::FILE* file = std::fopen(path.c_str(), kMode);
  if (file == nullptr) return text;
  char buffer[1024];
  while (const size_t count = std::fread(buffer, 1, sizeof buffer, file)) text.append(buffer, count);
  std::fclose(file);
  return text;
}

}  // namespace convkit
