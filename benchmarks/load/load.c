/* Load for the proxy benchmark: the upstream servers and the clients, each one thread around one epoll.
 *
 *   load serve                                        prints its ports, serves until stdin ends
 *   load requests PORT CONNECTIONS BYTES SECONDS      closed loop against `echo`
 *   load http     PORT CONNECTIONS SECONDS            closed loop of GETs against `http`, no two of them alike
 *   load paced    PORT CONNECTIONS THINK_MS SECONDS   a message, its answer, a pause; against `stamp`
 *   load bulk     PORT STREAMS down|up WARM_S SECONDS as fast as it goes; against `source` or `sink`
 *   load rate     PORT SECONDS                        one stream watched closely; against `source`
 *   load connect  PORT PARALLEL COUNT                 connect, one byte there and back, close; against `echo`
 *   load idle     PORT CONNECTIONS                    open, used once, then silent until stdin ends; against `echo`
 *
 * Everything is on 127.0.0.1. A client prints one JSON object; what goes wrong is told on stderr, with status 1.
 * It needs a fraction of what the proxies need for the same bytes, so that these are what is measured.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024, MESSAGE = 64, EVENTS = 256, MOST = 20000, LIMIT_S = 120 };

static char buffer[CHUNK + 1];
static struct epoll_event events[EVENTS];
static int poller;

static void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t in_ns(double seconds) { return (uint64_t)(seconds * 1e9); }

/* --- sockets --- */

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void send_at_once(int fd) { setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); }

static void watch(int fd, uint32_t what, void *data) {
    struct epoll_event event = {.events = what, .data.ptr = data};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

/* Connected, and non-blocking from then on. */
static int connected(int port) {
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
    send_at_once(fd);
    return fd;
}

/* How many bytes were read; 0 when there was nothing after all. An end is an error: no proxy here should cause one. */
static size_t taken(int fd, char *into, size_t room) {
    ssize_t count = recv(fd, into, room, MSG_DONTWAIT);
    if (count > 0) return (size_t)count;
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    die(count ? "recv" : "the connection ended");
    return 0;
}

/* Small messages, of which each connection has one under way: they always fit. */
static void give(int fd, const char *data, size_t size) {
    if (send(fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)size) die("send");
}

/* --- samples --- */

static uint32_t *samples; /* nanoseconds, at most 4.2 s */
static size_t sampled, room_for_samples;

static void sample(uint64_t took_ns) {
    if (sampled == room_for_samples) {
        room_for_samples = room_for_samples ? 2 * room_for_samples : 1 << 16;
        samples = realloc(samples, room_for_samples * sizeof *samples);
        if (!samples) die("realloc");
    }
    samples[sampled++] = took_ns > UINT32_MAX ? UINT32_MAX : (uint32_t)took_ns;
}

static int by_size(const void *one, const void *other) {
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

/* After qsort; in microseconds. */
static double percentile(double share) {
    size_t index = (size_t)(share * (double)sampled);
    return samples[index < sampled ? index : sampled - 1] / 1e3;
}

static void print_samples(const char *and_more) {
    if (!sampled) die("not one answer");
    qsort(samples, sampled, sizeof *samples, by_size);
    printf("{\"count\": %zu, \"min_us\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f%s}\n", sampled, samples[0] / 1e3,
           percentile(0.5), percentile(0.99), and_more);
}

/* --- HTTP: no two heads are alike, of requests or of responses, so that who reads them has to read each --- */

enum { DIGITS = 10 };
#define COUNTER "0000000000"
#define RESPONSE_TO_COUNTER "HTTP/1.1 200 OK\r\nServer: load\r\nX-Response-Id: "
#define REQUEST_TO_COUNTER "GET /api/items/"

static char response[] = RESPONSE_TO_COUNTER COUNTER
    "\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"stored\": true}";
static char request[] = REQUEST_TO_COUNTER COUNTER "?page=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: load\r\n"
    "Accept: application/json\r\nX-Request-Id: " COUNTER "\r\n\r\n";
static char *const response_counter = response + sizeof RESPONSE_TO_COUNTER - 1;
static char *const path_counter = request + sizeof REQUEST_TO_COUNTER - 1;
static char *const request_counter = request + sizeof request - sizeof "\r\n\r\n" - DIGITS;

/* At the clock, in microseconds: there are fewer messages than these, so another run does not begin with the same. */
static void set_counters(void) {
    char digits[DIGITS + 1];
    snprintf(digits, sizeof digits, "%0*llu", DIGITS, (unsigned long long)(now_ns() / 1000 % 10000000000u));
    memcpy(response_counter, digits, DIGITS);
    memcpy(path_counter, digits, DIGITS);
}

static void count_on(char *counter) {
    for (int i = DIGITS - 1; i >= 0 && ++counter[i] > '9'; i--) counter[i] = '0';
}

static const char *next_response(void) {
    count_on(response_counter);
    return response;
}

static const char *next_request(void) {
    count_on(path_counter);
    memcpy(request_counter, path_counter, DIGITS);
    return request;
}

/* --- the upstream servers, all in one process; a benchmark uses one at a time --- */

enum role { ECHO, STAMP, HTTP, SINK, SOURCE, ROLES };
static const char *role_names[ROLES] = {"echo", "stamp", "http", "sink", "source"};

struct served {
    int fd;
    enum role role;
    bool listens;
    int of_blank_line; /* characters of "\r\n\r\n" seen in a row */
};

static void welcome(const struct served *listener) {
    int fd;
    while ((fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct served *client = calloc(1, sizeof *client);
        if (!client) die("calloc");
        *client = (struct served){.fd = fd, .role = listener->role};
        send_at_once(fd);
        watch(fd, client->role == SOURCE ? EPOLLIN | EPOLLOUT : EPOLLIN, client);
    }
    if (errno != EAGAIN && errno != ECONNABORTED) die("accept");
}

static void answer_http(struct served *client, size_t size) {
    for (size_t i = 0; i < size; i++) {
        bool next = buffer[i] == "\r\n\r\n"[client->of_blank_line];
        client->of_blank_line = next ? client->of_blank_line + 1 : buffer[i] == '\r';
        if (client->of_blank_line == 4) {
            client->of_blank_line = 0;
            give(client->fd, next_response(), sizeof response - 1);
        }
    }
}

/* Whether the client is still there. */
static bool serve_one(struct served *client, uint32_t what) {
    if (what & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
        ssize_t size = recv(client->fd, buffer, CHUNK, 0);
        if (size <= 0) return size < 0 && errno == EAGAIN;
        switch (client->role) {
        case STAMP: /* the first eight bytes say when the answer was sent */
            memcpy(buffer, &(uint64_t){now_ns()}, sizeof(uint64_t)); /* fall through */
        case ECHO:
            return send(client->fd, buffer, (size_t)size, MSG_NOSIGNAL) == size;
        case HTTP:
            answer_http(client, (size_t)size);
            break;
        default:
            break;
        }
    }
    if (what & EPOLLOUT) return send(client->fd, buffer, CHUNK, MSG_NOSIGNAL) > 0 || errno == EAGAIN;
    return true;
}

static void serve(void) {
    static struct served listeners[ROLES];
    const char *comma = "{";
    for (int role = 0; role < ROLES; role++) {
        struct sockaddr_in address = loopback(0);
        socklen_t length = sizeof address;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 4096) != 0 ||
            getsockname(fd, (struct sockaddr *)&address, &length) != 0)
            die("listen");
        listeners[role] = (struct served){.fd = fd, .role = (enum role)role, .listens = true};
        watch(fd, EPOLLIN, &listeners[role]);
        printf("%s\"%s\": %d", comma, role_names[role], ntohs(address.sin_port));
        comma = ", ";
    }
    printf("}\n");
    fflush(stdout);
    watch(STDIN_FILENO, EPOLLIN, NULL);
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct served *who = events[i].data.ptr;
            if (!who) return;
            if (who->listens) {
                welcome(who);
            } else if (!serve_one(who, events[i].events)) {
                close(who->fd);
                free(who);
            }
        }
    }
}

/* --- clients --- */

struct client {
    int fd;
    size_t got;
    uint64_t at_ns; /* when it asked, or will ask again */
    bool waits;
    char *reply;
};

static struct client clients[MOST];

static void open_clients(int port, int count, uint32_t what) {
    if (count < 1 || count > MOST) die("connections");
    for (int i = 0; i < count; i++) {
        clients[i] = (struct client){.fd = connected(port)};
        watch(clients[i].fd, what, &clients[i]);
    }
}

static void ask(struct client *client, const char *data, size_t size) {
    client->got = 0;
    client->waits = true;
    client->at_ns = now_ns();
    give(client->fd, data, size);
}

/* Whether the whole HTTP response has come: proxies may write its headers anew, so its length is not known before. */
static bool whole_response(const struct client *client) {
    client->reply[client->got] = '\0';
    const char *end = strstr(client->reply, "\r\n\r\n"), *length = strcasestr(client->reply, "\r\ncontent-length:");
    if (!end) return false;
    if (!length || strncmp(client->reply, "HTTP/1.1 200", 12) != 0) die(client->reply);
    return client->got == (size_t)(end + 4 - client->reply) + strtoul(length + 17, NULL, 10);
}

/* Each client asks, waits for the answer, asks again. `size` 0: HTTP. */
static void closed_loop(int port, int count, size_t size, double seconds) {
    enum { REPLY = 4096 };
    size_t question_bytes = size ? size : sizeof request - 1;
    if (size > CHUNK) die("bytes");
    open_clients(port, count, EPOLLIN);
    uint64_t warm_ns = now_ns() + in_ns(0.1), end_ns = warm_ns + in_ns(seconds), now = 0;
    size_t answers = 0;
    for (int i = 0; i < count; i++) {
        if (!size && !(clients[i].reply = malloc(REPLY + 1))) die("malloc");
        ask(&clients[i], size ? buffer : next_request(), question_bytes);
    }
    while (now < end_ns) {
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            char *into = size ? buffer : client->reply + client->got;
            client->got += taken(client->fd, into, size ? CHUNK : REPLY - client->got);
            if (size ? client->got < size : !whole_response(client)) continue;
            now = now_ns();
            answers++;
            if (now >= warm_ns) sample(now - client->at_ns);
            ask(client, size ? buffer : next_request(), question_bytes);
        }
    }
    char more[96];
    snprintf(more, sizeof more, ", \"per_s\": %.1f, \"all\": %zu", (double)sampled / ((double)(now - warm_ns) / 1e9),
             answers);
    print_samples(more);
}

static struct timespec until(uint64_t due_ns) {
    uint64_t now = now_ns(), left = due_ns > now ? due_ns - now : 0;
    return (struct timespec){.tv_sec = (time_t)(left / 1000000000u), .tv_nsec = (long)(left % 1000000000u)};
}

/* Between half and one and a half of the mean: the clients must not fall into step with anybody's timer. */
static uint64_t pause_ns(double mean_ms) { return (uint64_t)(mean_ms * 1e6 * (0.5 + drand48())); }

static void paced(int port, int count, double think_ms, double seconds) {
    open_clients(port, count, EPOLLIN);
    /* What is asked while the proxy still opens connections does not count. */
    uint64_t warm_ns = now_ns() + in_ns(count > 1 ? 0.3 : 0.0), end_ns = warm_ns + in_ns(seconds);
    uint64_t least_way_ns = UINT64_MAX;
    for (int i = 0; i < count; i++) clients[i].at_ns = now_ns() + (uint64_t)(2 * think_ms * 1e6 * drand48());
    for (;;) {
        uint64_t now = now_ns(), due_ns = end_ns;
        if (now >= end_ns) break;
        for (int i = 0; i < count; i++) {
            if (clients[i].waits) continue;
            if (clients[i].at_ns <= now)
                ask(&clients[i], buffer, MESSAGE);
            else if (clients[i].at_ns < due_ns)
                due_ns = clients[i].at_ns;
        }
        struct timespec left = until(due_ns);
        int ready = epoll_pwait2(poller, events, EVENTS, &left, NULL);
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            size_t count_now = taken(client->fd, buffer, MESSAGE);
            now = now_ns();
            if (client->got == 0 && count_now >= sizeof(uint64_t)) {
                uint64_t sent_ns; /* by the upstream: from then on the delay has to last */
                memcpy(&sent_ns, buffer, sizeof sent_ns);
                if (now - sent_ns < least_way_ns) least_way_ns = now - sent_ns;
            }
            if ((client->got += count_now) < MESSAGE) continue;
            if (client->at_ns >= warm_ns) sample(now - client->at_ns);
            client->waits = false;
            client->at_ns = now + pause_ns(think_ms);
        }
    }
    char more[64];
    snprintf(more, sizeof more, ", \"min_way_us\": %.1f", (double)least_way_ns / 1e3);
    print_samples(more);
}

static void bulk(int port, int count, bool down, double warm_s, double seconds) {
    open_clients(port, count, down ? EPOLLIN : EPOLLOUT);
    uint64_t began_ns = now_ns(), warm_ns = began_ns + in_ns(warm_s), end_ns = warm_ns + in_ns(seconds);
    uint64_t now = began_ns, from_ns = 0;
    double bytes = 0, before = 0;
    while (now < end_ns) {
        int ready = epoll_wait(poller, events, EVENTS, 1000);
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            ssize_t moved = down ? (ssize_t)taken(client->fd, buffer, CHUNK)
                                 : send(client->fd, buffer, CHUNK, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (moved > 0) bytes += (double)moved;
            else if (moved < 0 && errno != EAGAIN) die("send");
        }
        now = now_ns();
        if (!from_ns && now >= warm_ns) {
            from_ns = now;
            before = bytes;
        }
    }
    printf("{\"per_s\": %.0f, \"all\": %.0f}\n", (bytes - before) / ((double)(now - from_ns) / 1e9), bytes);
}

/* The mean rate is taken at an arrival, from the moment of connecting: pieces, however large, then make no error. */
static void rate(int port, double seconds) {
    uint64_t began_ns = now_ns(), end_ns = began_ns + in_ns(seconds), last_ns = 0, first_ns = 0, gap_ns = 0;
    double bytes = 0;
    open_clients(port, 1, EPOLLIN);
    while (last_ns < end_ns) {
        if (epoll_wait(poller, events, EVENTS, 1000 * LIMIT_S) != 1) die("no data");
        size_t count = taken(clients[0].fd, buffer, CHUNK);
        if (!count) continue;
        uint64_t now = now_ns();
        if (!first_ns) first_ns = now;
        else if (now - last_ns > gap_ns) gap_ns = now - last_ns;
        last_ns = now;
        bytes += (double)count;
    }
    printf("{\"per_s\": %.0f, \"first_ms\": %.2f, \"gap_ms\": %.2f}\n", bytes / ((double)(last_ns - began_ns) / 1e9),
           (double)(first_ns - began_ns) / 1e6, (double)gap_ns / 1e6);
}

static void dial(struct client *client, int port) {
    struct sockaddr_in address = loopback(port);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0) die("socket");
    client->waits = false;
    if (connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) die("connect");
    watch(client->fd, EPOLLOUT, client);
}

static void connections(int port, int parallel, int count) {
    uint64_t began_ns = now_ns();
    int begun = 0, done = 0;
    while (begun < parallel) dial(&clients[begun++], port);
    while (done < count) {
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            if (!client->waits) {
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
                give(client->fd, "x", 1);
                client->waits = true;
                epoll_ctl(poller, EPOLL_CTL_MOD, client->fd, &event);
            } else if (taken(client->fd, buffer, CHUNK)) {
                close(client->fd);
                done++;
                if (begun++ < count) dial(client, port);
            }
        }
    }
    printf("{\"per_s\": %.1f}\n", count / ((double)(now_ns() - began_ns) / 1e9));
}

/* Each is used once, so that the proxy has surely dialled its upstream. */
static void idle(int port, int count) {
    if (count > MOST) die("connections");
    for (int i = 0; i < count; i++) {
        int fd = connected(port);
        give(fd, "x", 1);
        if (recv(fd, buffer, 1, 0) != 1) die("recv");
    }
    printf("{\"open\": %d}\n", count);
    fflush(stdout);
    while (read(STDIN_FILENO, buffer, CHUNK) > 0) continue;
}

static void take_all_descriptors(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    double number[8] = {0};
    for (int i = 2; i < argc && i < 8; i++) number[i] = atof(argv[i]);
    int port = (int)number[2], count = (int)number[3];
    take_all_descriptors();
    set_counters();
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing is left behind when the benchmark is killed */
    prctl(PR_SET_TIMERSLACK, 1);
    if ((poller = epoll_create1(EPOLL_CLOEXEC)) < 0) die("epoll_create1");
    if (!strcmp(what, "serve") && argc == 2) {
        serve();
        return 0;
    }
    alarm(LIMIT_S);
    if (!strcmp(what, "requests") && argc == 6) closed_loop(port, count, (size_t)number[4], number[5]);
    else if (!strcmp(what, "http") && argc == 5) closed_loop(port, count, 0, number[4]);
    else if (!strcmp(what, "paced") && argc == 6) paced(port, count, number[4], number[5]);
    else if (!strcmp(what, "bulk") && argc == 7) bulk(port, count, !strcmp(argv[4], "down"), number[5], number[6]);
    else if (!strcmp(what, "rate") && argc == 4) rate(port, number[3]);
    else if (!strcmp(what, "connect") && argc == 5) connections(port, count, (int)number[4]);
    else if (!strcmp(what, "idle") && argc == 4) idle(port, count);
    else {
        fprintf(stderr, "load: see the head of load.c for what it can do\n");
        return 2;
    }
    return 0;
}
