/* python.exe: hands its arguments to the interpreter, which is the DLL beside it. */
#include <stdio.h>
#include <windows.h>

typedef int (*Main)(int, wchar_t **);

int wmain(int argc, wchar_t **argv) {
  HMODULE python = LoadLibraryW(PYTHON);
  Main run = python ? (Main)(void *)GetProcAddress(python, "Py_Main") : NULL;
  if (!run) {
    fprintf(stderr, "the interpreter cannot be loaded: error %lu\n", GetLastError());
    return 1;
  }
  return run(argc, argv);
}
