/** Where Debian's package musl has the C library for a processor. It is what Alpine has as libc.musl-CPU.so.1. */
export const muslLibrary = (cpu) => `/lib/${cpu === 'x64' ? 'x86_64' : 'aarch64'}-linux-musl/libc.so`;
