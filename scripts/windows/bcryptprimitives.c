/* bcryptprimitives.dll, which Wine does not have: the one function that extensions written in Rust ask it for. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T left) {
  while (left) {
    ULONG now = left > 0x10000000 ? 0x10000000 : (ULONG)left;
    if (!SystemFunction036(to, now)) return FALSE;
    to += now;
    left -= now;
  }
  return TRUE;
}
