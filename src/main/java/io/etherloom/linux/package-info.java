/// Every foreign function and struct of the kernel and libc, and nothing else. No other package links native code.
@NullMarked
package io.etherloom.linux;

import org.jspecify.annotations.NullMarked;
