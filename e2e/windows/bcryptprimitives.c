/*
 * Programs in Go and Rust take random numbers from this library of Windows, which Wine has from version 9 on only.
 * The same numbers come from another of Wine's libraries.
 */
__declspec(dllimport) unsigned char __stdcall SystemFunction036(void *buffer, unsigned long length);

__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *buffer, unsigned long long length)
{
    return SystemFunction036(buffer, (unsigned long)length);
}
