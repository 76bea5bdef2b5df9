/*
 * The round-trip probe: how long a frame takes there and back between two interfaces, in nanoseconds.
 *
 *     probe COUNT PAUSE-MICROSECONDS NAMESPACE/INTERFACE NAMESPACE/INTERFACE
 *
 * One thread has a packet socket in each of two namespaces. It sends a frame of 60 octets from the first interface, polls
 * the second socket until the frame is there, sends it back, and polls the first one. So nobody but the switch in between
 * has to be woken, no protocol stack answers, and two processors are enough: one for the probe, one for the switch. With a
 * pause it sleeps before each probe, so that a switch that sleeps when it has nothing to do is asleep when the frame comes.
 *
 * It prints one line: "nanos COUNT-OF-ANSWERS P50 P99 P99.9 MAX", and fails if one probe in a hundred is lost.
 *
 * Build: gcc -O2 -Wall -Wextra -Werror -o probe probe.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* For local experiments, IEEE Std 802, 9.2; no kernel answers it. */
enum { LOCAL_EXPERIMENT = 0x88B6, FRAME_BYTES = 60, SEQUENCE = 14, PATIENCE_NANOS = 50 * 1000 * 1000 };

struct end {
    int fd;
    uint8_t mac[6];
};

static void die(const char *what, const char *which)
{
    fprintf(stderr, "probe: %s %s: %s\n", what, which, strerror(errno));
    exit(1);
}

static uint64_t now_nanos(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* A socket belongs to the namespace in which it was opened. */
static struct end open_end(const char *place)
{
    char path[256];
    const char *name = strchr(place, '/');
    if (!name || strlen(name + 1) >= IFNAMSIZ) die("not NAMESPACE/INTERFACE:", place);
    snprintf(path, sizeof path, "/run/netns/%.*s", (int)(name - place), place);
    int namespace = open(path, O_RDONLY | O_CLOEXEC);
    if (namespace < 0 || setns(namespace, CLONE_NEWNET) < 0) die("enter namespace", path);
    close(namespace);

    /* Protocol 0 receives nothing until bind, so that no frame of another interface slips in before. */
    struct end end = {.fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (end.fd < 0) die("socket", place);
    struct ifreq request = {0};
    strcpy(request.ifr_name, name + 1);
    if (ioctl(end.fd, SIOCGIFHWADDR, &request) < 0) die("SIOCGIFHWADDR", place);
    memcpy(end.mac, request.ifr_hwaddr.sa_data, sizeof end.mac);
    if (ioctl(end.fd, SIOCGIFINDEX, &request) < 0) die("SIOCGIFINDEX", place);
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(LOCAL_EXPERIMENT), .sll_ifindex = request.ifr_ifindex};
    int yes = 1;
    if (setsockopt(end.fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes) < 0) die("PACKET_QDISC_BYPASS", place);
    if (setsockopt(end.fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) < 0) die("PACKET_IGNORE_OUTGOING", place);
    if (bind(end.fd, (struct sockaddr *)&address, sizeof address) < 0) die("bind", place);
    return end;
}

static void send_frame(const struct end *from, const struct end *to, uint64_t sequence)
{
    uint8_t frame[FRAME_BYTES] = {0};
    memcpy(frame, to->mac, 6);
    memcpy(frame + 6, from->mac, 6);
    frame[12] = LOCAL_EXPERIMENT >> 8;
    frame[13] = LOCAL_EXPERIMENT & 0xff;
    memcpy(frame + SEQUENCE, &sequence, sizeof sequence);
    if (send(from->fd, frame, sizeof frame, 0) < 0 && errno != ENOBUFS && errno != EAGAIN) die("send", "");
}

/* Polls until this very frame is there; older ones, which came too late, are thrown away. */
static int await(const struct end *end, uint64_t sequence, uint64_t until)
{
    uint8_t frame[2048];
    uint64_t got;
    for (unsigned spins = 1;; spins++) {
        ssize_t bytes = recv(end->fd, frame, sizeof frame, 0);
        if (bytes >= SEQUENCE + (ssize_t)sizeof got) {
            memcpy(&got, frame + SEQUENCE, sizeof got);
            if (got == sequence) return 1;
        }
        if (spins % 64 == 0 && now_nanos() > until) return 0;
    }
}

static int ascending(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

/* The value below or at which this share of the sorted values lies (nearest rank). */
static uint32_t percentile(const uint32_t *sorted, uint64_t count, double share)
{
    uint64_t rank = (uint64_t)(share * (double)count + 0.999999);
    return sorted[rank > count ? count - 1 : rank ? rank - 1 : 0];
}

int main(int words_count, char **words)
{
    if (words_count != 5) {
        fprintf(stderr, "usage: probe COUNT PAUSE-MICROSECONDS NAMESPACE/INTERFACE NAMESPACE/INTERFACE\n");
        return 2;
    }
    uint64_t wanted = strtoull(words[1], NULL, 10), pause_nanos = strtoull(words[2], NULL, 10) * 1000, answered = 0;
    struct end left = open_end(words[3]), right = open_end(words[4]);
    uint32_t *nanos = calloc(wanted, sizeof *nanos);
    if (!wanted || !nanos) die("memory for", words[1]);
    mlockall(MCL_CURRENT);

    /* From these a learning switch knows both places. */
    send_frame(&right, &left, 0);
    send_frame(&left, &right, 0);
    for (uint64_t sequence = 1; sequence <= wanted; sequence++) {
        if (pause_nanos) {
            struct timespec pause = {(time_t)(pause_nanos / 1000000000u), (long)(pause_nanos % 1000000000u)};
            clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
        }
        uint64_t begin = now_nanos();
        send_frame(&left, &right, sequence);
        if (!await(&right, sequence, begin + PATIENCE_NANOS)) continue;
        send_frame(&right, &left, sequence);
        if (await(&left, sequence, begin + PATIENCE_NANOS)) nanos[answered++] = (uint32_t)(now_nanos() - begin);
    }
    if (answered < wanted - wanted / 100) {
        fprintf(stderr, "probe: only %llu of %llu answered\n", (unsigned long long)answered, (unsigned long long)wanted);
        return 1;
    }
    qsort(nanos, answered, sizeof *nanos, ascending);
    printf("nanos %llu %u %u %u %u\n", (unsigned long long)answered, percentile(nanos, answered, 0.5),
           percentile(nanos, answered, 0.99), percentile(nanos, answered, 0.999), nanos[answered - 1]);
    return 0;
}
