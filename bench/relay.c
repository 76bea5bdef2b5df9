/*
 * The bare relay: what any program can reach that carries frames between two TAPs and does nothing else.
 *
 *     relay NAMESPACE-A INTERFACE-A NAMESPACE-B INTERFACE-B [--busy | --spin MICROSECONDS] [--two-threads]
 *
 * It opens one TAP in each of two named network namespaces, with the same vnet header and the same offloads as
 * Etherloom's TAPs, and hands each frame, header untouched, to the other side. One thread; up to 64 frames of a
 * readable TAP before the other one gets its turn; one readv into a 2 KiB head and a 64 KiB + 64 tail, one write or
 * writev. When there is nothing to do it polls for 50 microseconds and then waits in epoll_wait; --busy never waits.
 * --two-threads starts a second thread, which sleeps: in a process with threads the kernel counts references of the
 * descriptor in each call, so this is what a program with threads can reach.
 *
 * It prints "ready" when both TAPs are there (addresses and link state are the caller's business), runs until its
 * stdin is closed or a SIGTERM or SIGINT arrives, and then prints one line of counts. The TAPs end with it.
 *
 * Single-threaded, no state beyond the two ports. Build: gcc -O2 -Wall -Wextra -Werror -o relay relay.c
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
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* <linux/if_tun.h>; older headers do not have them. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

enum { BATCH = 64, HEAD_BYTES = 2048, TAIL_BYTES = 64 * 1024 + 64, CONTROL_CYCLES = 1024 };

struct port {
    int fd;
    uint64_t frames;  /* received here */
    uint64_t refused; /* received here, not taken by the other side */
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
static unsigned set_offloads(int fd, const char *name)
{
    static const unsigned wishes[] = {
        TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_USO4 | TUN_F_USO6,
        TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6,
        TUN_F_CSUM,
    };
    for (unsigned i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        if (ioctl(fd, TUNSETOFFLOAD, (unsigned long)wishes[i]) == 0) return wishes[i];
    }
    die("TUNSETOFFLOAD", name);
    return 0;
}

/* A TAP is made in the network namespace of the thread that opens it; its descriptor works from anywhere. */
static int open_tap(const char *namespace, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", namespace);
    enter_namespace(path);
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) die("open", "/dev/net/tun");
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(fd, TUNSETIFF, &request) < 0) die("TUNSETIFF", name);
    int header_bytes = sizeof(struct virtio_net_hdr);
    if (ioctl(fd, TUNSETVNETHDRSZ, &header_bytes) < 0) die("TUNSETVNETHDRSZ", name);
    fprintf(stderr, "relay: %s in %s, offloads 0x%02x\n", name, namespace, set_offloads(fd, name));
    return fd;
}

static int deliver(int fd, uint8_t *head, uint8_t *tail, size_t bytes)
{
    if (bytes <= HEAD_BYTES) return write(fd, head, bytes) == (ssize_t)bytes;
    struct iovec parts[2] = {{head, HEAD_BYTES}, {tail, bytes - HEAD_BYTES}};
    return writev(fd, parts, 2) == (ssize_t)bytes;
}

/* Up to a batch of frames from one port to the other; the number carried or refused. */
static int relay(struct port *from, const struct port *to)
{
    static uint8_t head[HEAD_BYTES], tail[TAIL_BYTES];
    struct iovec parts[2] = {{head, sizeof head}, {tail, sizeof tail}};
    int count = 0;
    while (count < BATCH) {
        ssize_t bytes = readv(from->fd, parts, 2);
        if (bytes <= 0) break;
        count++;
        from->frames++;
        if (!deliver(to->fd, head, tail, (size_t)bytes)) from->refused++;
    }
    return count;
}

static void watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 && fd != STDIN_FILENO) die("epoll_ctl", "");
}

/* Which descriptors can be read; stdin only ever says that it was closed. A file as stdin is never watched. */
static void wait_for_frames(int epoll, int milliseconds)
{
    struct epoll_event events[3];
    int ready = epoll_wait(epoll, events, 3, milliseconds);
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

static void run(struct port *a, struct port *b, int epoll, int busy, uint64_t spin_nanos)
{
    uint64_t idle_since = 0;
    for (unsigned cycle = 1; !stopped; cycle++) {
        int work = relay(a, b) + relay(b, a);
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

int main(int count, char **words)
{
    int busy = 0;
    uint64_t spin_nanos = 50 * 1000;
    pthread_t sleeper;
    if (count > 5 && !strcmp(words[count - 1], "--two-threads")) {
        if (pthread_create(&sleeper, NULL, sleep_for_ever, NULL)) die("start", "a thread");
        count--;
    }
    if (count == 6 && !strcmp(words[5], "--busy")) busy = 1;
    else if (count == 7 && !strcmp(words[5], "--spin")) spin_nanos = strtoull(words[6], NULL, 10) * 1000;
    else if (count != 5) {
        fprintf(stderr, "usage: relay NAMESPACE-A INTERFACE-A NAMESPACE-B INTERFACE-B [--busy | --spin MICROSECONDS]"
                        " [--two-threads]\n");
        return 2;
    }
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    struct port a = {.fd = open_tap(words[1], words[2])};
    struct port b = {.fd = open_tap(words[3], words[4])};
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1", "");
    watch(epoll, a.fd);
    watch(epoll, b.fd);
    watch(epoll, STDIN_FILENO);

    puts("ready");
    fflush(stdout);
    run(&a, &b, epoll, busy, spin_nanos);
    printf("%s: %llu frames, %llu refused; %s: %llu frames, %llu refused\n",
           words[1], (unsigned long long)a.frames, (unsigned long long)a.refused,
           words[3], (unsigned long long)b.frames, (unsigned long long)b.refused);
    return 0;
}
