/* python3.dll, the stable ABI: every name is forwarded to the interpreter's own DLL, so there is nothing to do. */
int __stdcall DllMainCRTStartup(void *module, unsigned reason, void *reserved) { return 1; }
