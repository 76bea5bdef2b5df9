/// Every foreign function and struct of the kernel and libc, and nothing else. No other package links native code.
///
/// [Libc] holds the calls on descriptors that the data plane makes; [Tun], [Epoll] and [EventFd] are what it makes them on, [PacketSocket]
/// and [PacketRing] what a traffic generator does, and [HiddenTap] both for a process that wants a TAP. [Netns], [Rtnetlink], [LinkMonitor], [FilterProbe], [InterfaceFlags], [Mounts],
/// [Processes] and [Sysctl] serve the control plane.
///
/// **Results.** A method of [Libc], and each method documented so, gives the value of the call or `-errno`. All others throw
/// [LinuxException], made by [Errno#check], whose message says what was tried and what the person needs.
///
/// **Threads.** A namespace belongs to a thread of the kernel, so everything that opens something in "the calling thread's namespace"
/// wants a platform thread, and what it opened stays in that namespace whoever uses it later. A [Libc] belongs to one thread.
///
/// **Architectures.** x86-64 and aarch64; differences are constants in [Architecture]. Numbers are in the order and notation of the
/// headers that they are from. Start reading at [Libc], then [Tun].
@NullMarked
package io.etherloom.linux;

import org.jspecify.annotations.NullMarked;
