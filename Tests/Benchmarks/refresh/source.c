/* source PORT LATENCY CHANGED: an HTTP/1.1 server of documents on loopback that costs next to nothing.
 *
 * GET /doc/N is answered LATENCY milliseconds after it came, with about 3 kB of Markdown. Of every 100 documents the
 * first CHANGED say something else than those of a source that was started with CHANGED = 0. Prints a line when it
 * listens; runs until it is killed. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { connections = 1024, waiting = 4096, request_size = 4096 };

static char received[connections][request_size];
static size_t length[connections];

/* Every answer waits equally long, so the first to come is the first to go. */
static struct answer {
  long long due;
  int connection;
  unsigned document;
} queue[waiting];
static unsigned first, last;

static void fail(const char *what) {
  fprintf(stderr, "source: %s: %s\n", what, strerror(errno));
  exit(1);
}

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void answer(int connection, unsigned document, unsigned changed) {
  char body[6000], head[128];
  int size = snprintf(body, sizeof body, "# Document %u\n\n", document);
  int revision = document % 100 < changed;
  for (unsigned section = 1; section <= 6; section++)
    size += snprintf(body + size, sizeof body - size,
                     "## Section %u.%u\n\nOption %u of document %u says how the widget behaves when the window grows;"
                     " revision %d. It is on by default, and a program that wants another size of the window at the"
                     " start turns it off. Read the [guide](https://example.org/guide/%u) first.\n\n"
                     "```swift\nlet widget = Widget(option: %u)\ntry await widget.open()\n```\n\n",
                     document, section, section, document, revision, section, section);
  int head_size = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/markdown\r\nContent-Length: %d\r\n\r\n",
                           size);
  memmove(body + head_size, body, size);
  memcpy(body, head, head_size);
  if (write(connection, body, head_size + size) != head_size + size) fail("write");
}

/* Takes one whole request, and notes the answer. */
static void request(int connection, long long latency) {
  ssize_t size = read(connection, received[connection] + length[connection], request_size - 1 - length[connection]);
  if (size <= 0) {
    close(connection);
    length[connection] = 0;
    return;
  }
  length[connection] += size;
  received[connection][length[connection]] = 0;
  if (!strstr(received[connection], "\r\n\r\n")) return;
  length[connection] = 0;
  unsigned document;
  if (sscanf(received[connection], "GET /doc/%u HTTP/1.1", &document) != 1) {
    fprintf(stderr, "source: unplanned request: %s\n", received[connection]);
    exit(1);
  }
  queue[last++ % waiting] = (struct answer){nanoseconds() + latency, connection, document};
}

int main(int argc, char **argv) {
  if (argc != 4) return 64;
  long long latency = atoll(argv[2]) * 1000000;
  unsigned changed = atoi(argv[3]);
  int listener = socket(AF_INET, SOCK_STREAM, 0), timer = timerfd_create(CLOCK_MONOTONIC, 0), events = epoll_create1(0);
  int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(atoi(argv[1])),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  if (listen(listener, 128) != 0) fail("listen");
  epoll_ctl(events, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.fd = listener});
  epoll_ctl(events, EPOLL_CTL_ADD, timer, &(struct epoll_event){.events = EPOLLIN, .data.fd = timer});
  puts("listening");
  fflush(stdout);
  for (;;) {
    struct epoll_event ready[64];
    int count = epoll_wait(events, ready, 64, -1);
    for (int i = 0; i < count; i++) {
      int descriptor = ready[i].data.fd;
      if (descriptor == listener) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0 || connection >= connections) fail("accept");
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        epoll_ctl(events, EPOLL_CTL_ADD, connection, &(struct epoll_event){.events = EPOLLIN, .data.fd = connection});
      } else if (descriptor == timer) {
        unsigned long long expirations;
        if (read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) fail("timer");
      } else {
        request(descriptor, latency);
      }
    }
    while (first != last && queue[first % waiting].due <= nanoseconds()) {
      answer(queue[first % waiting].connection, queue[first % waiting].document, changed);
      first++;
    }
    if (first != last) {
      long long due = queue[first % waiting].due;
      struct itimerspec time = {.it_value = {due / 1000000000, due % 1000000000}};
      timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL);
    }
  }
}
