/*
 * The bare relay: what any program can reach that carries frames between two TAPs and does nothing else.
 *
 *     relay [--busy | --spin MICROSECONDS] [--two-threads] NAMESPACE/INTERFACE NAMESPACE/INTERFACE...
 *
 * It opens one TAP in each of the named network namespaces, with the same vnet header and the same offloads as
 * Etherloom's TAPs, and hands each frame, header untouched, from the first one to all others and from each other one to
 * the first: with two a wire, with more what a broadcast costs. One thread; up to 64 frames of a readable TAP before the
 * next one gets its turn; one readv into a 2 KiB head and a 64 KiB + 64 tail, one write or writev. When there is nothing
 * to do it polls for 50 microseconds and then waits in epoll_wait; --busy never waits.
 * --two-threads starts a second thread, which sleeps: in a process with threads the kernel counts references of the
 * descriptor in each call, so this is what a program with threads can reach. Frames are read and written by syscall(2),
 * because the C library's functions turn thread cancellation on and off around the call once there are threads.
 *
 * It prints "ready" when all TAPs are there (addresses and link state are the caller's business), runs until its
 * stdin is closed or a SIGTERM or SIGINT arrives, and then prints one line of counts. The TAPs end with it.
 *
 * Single-threaded, no state beyond the ports. Build: gcc -O2 -Wall -Wextra -Werror -o relay relay.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* <linux/if_tun.h>; older headers do not have them. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

enum { BATCH = 64, HEAD_BYTES = 2048, TAIL_BYTES = 64 * 1024 + 64, CONTROL_CYCLES = 1024, MAX_PORTS = 1024 };

struct port {
    int fd;
    uint64_t frames;  /* received here */
    uint64_t refused; /* copies that this port did not take */
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

static void die(const char *what, const char *which)
{
    fprintf(stderr, "relay: %s %s: %s\n", what, which, strerror(errno));
    exit(1);
}

static uint64_t now_nanos(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void enter_namespace(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNET) < 0) die("enter namespace", path);
    close(fd);
}

/* Each kernel refuses the whole set when it does not know one offload, so the wish is made smaller step by step. */
static void set_offloads(int fd, const char *name)
{
    static const unsigned wishes[] = {
        TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_USO4 | TUN_F_USO6,
        TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6,
        TUN_F_CSUM,
    };
    for (unsigned i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        if (ioctl(fd, TUNSETOFFLOAD, (unsigned long)wishes[i]) == 0) return;
    }
    die("TUNSETOFFLOAD", name);
}

/* A TAP is made in the network namespace of the thread that opens it; its descriptor works from anywhere. */
static int open_tap(const char *place)
{
    char path[256];
    const char *name = strchr(place, '/');
    if (!name || !name[1] || strlen(name + 1) >= IFNAMSIZ) {
        fprintf(stderr, "relay: %s is not NAMESPACE/INTERFACE\n", place);
        exit(2);
    }
    snprintf(path, sizeof path, "/run/netns/%.*s", (int)(name - place), place);
    enter_namespace(path);
    name++;
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) die("open", "/dev/net/tun");
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(fd, TUNSETIFF, &request) < 0) die("TUNSETIFF", name);
    int header_bytes = sizeof(struct virtio_net_hdr);
    if (ioctl(fd, TUNSETVNETHDRSZ, &header_bytes) < 0) die("TUNSETVNETHDRSZ", name);
    set_offloads(fd, name);
    return fd;
}

static int deliver(int fd, uint8_t *head, uint8_t *tail, size_t bytes)
{
    if (bytes <= HEAD_BYTES) return syscall(SYS_write, fd, head, bytes) == (ssize_t)bytes;
    struct iovec parts[2] = {{head, HEAD_BYTES}, {tail, bytes - HEAD_BYTES}};
    return syscall(SYS_writev, fd, parts, 2) == (ssize_t)bytes;
}

/* Up to a batch of frames from one port to each of some others; the number of frames received. */
static int relay(struct port *from, struct port *to, int count)
{
    static uint8_t head[HEAD_BYTES], tail[TAIL_BYTES];
    struct iovec parts[2] = {{head, sizeof head}, {tail, sizeof tail}};
    int work = 0;
    while (work < BATCH) {
        ssize_t bytes = syscall(SYS_readv, from->fd, parts, 2);
        if (bytes <= 0) break;
        work++;
        from->frames++;
        for (int i = 0; i < count; i++) {
            if (!deliver(to[i].fd, head, tail, (size_t)bytes)) to[i].refused++;
        }
    }
    return work;
}

static void watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 && fd != STDIN_FILENO) die("epoll_ctl", "");
}

/* Which descriptors can be read; stdin only ever says that it was closed. A file as stdin is never watched. */
static void wait_for_frames(int epoll, int milliseconds)
{
    struct epoll_event events[MAX_PORTS + 1];
    int ready = epoll_wait(epoll, events, MAX_PORTS + 1, milliseconds);
    char byte;
    for (int i = 0; i < ready; i++) {
        if (events[i].data.fd == STDIN_FILENO && read(STDIN_FILENO, &byte, 1) <= 0) stopped = 1;
    }
}

static void *sleep_for_ever(void *unused)
{
    for (;;) pause();
    return unused;
}

/* What the others send: looked at in turn, one a cycle when they are many, because only the first one is busy then. */
static int answers(struct port *ports, int count, unsigned cycle)
{
    return relay(&ports[1 + cycle % (unsigned)(count - 1)], ports, 1);
}

static void run(struct port *ports, int count, int epoll, int busy, uint64_t spin_nanos)
{
    uint64_t idle_since = 0;
    for (unsigned cycle = 1; !stopped; cycle++) {
        int work = relay(ports, ports + 1, count - 1) + answers(ports, count, cycle);
        if (cycle % CONTROL_CYCLES == 0) wait_for_frames(epoll, 0);
        if (work || busy) {
            idle_since = 0;
            continue;
        }
        uint64_t now = now_nanos();
        if (!idle_since) idle_since = now;
        if (now - idle_since < spin_nanos) continue;
        /* Bounded, because a signal may come between the loop's test and the wait. */
        wait_for_frames(epoll, 1000);
        idle_since = 0;
    }
}

static int usage(void)
{
    fprintf(stderr, "usage: relay [--busy | --spin MICROSECONDS] [--two-threads] NAMESPACE/INTERFACE NAMESPACE/INTERFACE...\n");
    return 2;
}

int main(int words_count, char **words)
{
    static struct port ports[MAX_PORTS];
    int busy = 0, first = 1;
    uint64_t spin_nanos = 50 * 1000;
    if (words_count > 1 && !strcmp(words[1], "--busy")) {
        busy = 1;
        first = 2;
    } else if (words_count > 2 && !strcmp(words[1], "--spin")) {
        spin_nanos = strtoull(words[2], NULL, 10) * 1000;
        first = 3;
    }
    pthread_t sleeper;
    if (first < words_count && !strcmp(words[first], "--two-threads")) {
        if (pthread_create(&sleeper, NULL, sleep_for_ever, NULL)) die("start", "a thread");
        first++;
    }
    int count = words_count - first;
    if (count < 2 || count > MAX_PORTS || words[first][0] == '-') return usage();
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1", "");
    for (int i = 0; i < count; i++) {
        ports[i].fd = open_tap(words[first + i]);
        watch(epoll, ports[i].fd);
    }
    watch(epoll, STDIN_FILENO);

    puts("ready");
    fflush(stdout);
    run(ports, count, epoll, busy, spin_nanos);
    for (int i = 0; i < count; i++) {
        printf("%s: %llu frames received, %llu refused\n", words[first + i],
               (unsigned long long)ports[i].frames, (unsigned long long)ports[i].refused);
    }
    return 0;
}
