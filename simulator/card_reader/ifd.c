/*
 * IFD handler of the simulated card reader: pcscd loads it, it forwards every call to the reader process.
 *
 *   gcc -std=c11 -O2 -Wall -Wextra -Werror -fPIC -shared -I/usr/include/PCSC ifd.c -o libifdsimulated.so
 *
 * reader.conf: DEVICENAME unix:PATH, where the reader process listens. Two connections to it:
 *   'C'  commands: a request, then its answer, each two length bytes (big endian) and that many bytes.
 *        Requests  P presence, U power up, R reset, D power down, A + APDU, X + code (4 bytes) + control data.
 *        Answers   a status byte (below), then the ATR, the answer or the control reply.
 *   'E'  events: one byte from the reader whenever its slot changed. pcscd's polling thread sleeps on it.
 *
 * The reader process not there, or gone, is a reader unplugged. pcscd 1.9.9 never drops a reader of reader.conf, nor
 * adds one later (SIGUSR1 has no effect), so the reader stays listed as unavailable; pcscd asks for its presence every
 * 400 ms then, and each time the handler calls the process again. IFD_NO_SUCH_DEVICE would only add a sleep of 1 s.
 *
 * One reader per process of pcscd; pcscd serialises all calls but the two polling ones. Interface: IFD Handler 3.0.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <ifdhandler.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { OK = 0, NO_CARD = 1, MUTE = 2, SILENT = 3, UNSUPPORTED = 4 };

static int commands = -1, events = -1, wake = -1, linked, asked;
static char device_path[sizeof((struct sockaddr_un *)0)->sun_path];
static UCHAR frame[2 + 65535];
static UCHAR atr[MAX_ATR_SIZE];
static DWORD atr_length;

static int dial(const char *path, char purpose)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && (connect(fd, (struct sockaddr *)&address, sizeof address) || send(fd, &purpose, 1, MSG_NOSIGNAL) != 1)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The process is gone. The polling thread may sleep on a descriptor: it is woken, and its number never given away. */
static RESPONSECODE unplugged(void)
{
	linked = 0;
	shutdown(commands, SHUT_RDWR);
	shutdown(events, SHUT_RDWR);
	return IFD_COMMUNICATION_ERROR;
}

static int plugged(const char *path)
{
	if (linked)
		return 1;
	int c = dial(path, 'C'), e = c < 0 ? -1 : dial(path, 'E');
	linked = c >= 0 && e >= 0 && dup3(c, commands, O_CLOEXEC) >= 0 && dup3(e, events, O_CLOEXEC) >= 0;
	close(c);
	close(e);
	return linked;
}

/* Ask the reader process. The answer without its status stays in `frame`, `*length` long; false: the process is gone. */
static int ask(UCHAR kind, const void *data, DWORD size, UCHAR *status, DWORD *length)
{
	if (!plugged(device_path) || size > 65534)
		return 0;
	uint16_t wire = htons((uint16_t)(size + 1));
	memcpy(frame, &wire, 2);
	frame[2] = kind;
	if (size)
		memcpy(frame + 3, data, size);
	if (send(commands, frame, size + 3, MSG_NOSIGNAL) != (ssize_t)size + 3)
		return 0;
	if (recv(commands, &wire, 2, MSG_WAITALL) != 2 || !wire)
		return 0;
	*length = ntohs(wire);
	if (recv(commands, frame, *length, MSG_WAITALL) != (ssize_t)*length)
		return 0;
	*status = frame[0];
	memmove(frame, frame + 1, --*length);
	return 1;
}

static RESPONSECODE wait_for_event(DWORD lun, int timeout_ms)
{
	(void)lun;
	UCHAR seen[64];
	struct pollfd either[] = {{.fd = events, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
	if (!linked)
		return IFD_COMMUNICATION_ERROR; /* pcscd sleeps 400 ms and asks again. */
	if (poll(either, 2, timeout_ms) <= 0)
		return IFD_SUCCESS;
	if (either[1].revents && read(wake, seen, 8) < 0)
		return IFD_COMMUNICATION_ERROR;
	if (either[0].revents && recv(events, seen, sizeof seen, 0) <= 0)
		unplugged(); /* pcscd asks for the presence at once. */
	return IFD_SUCCESS;
}

/* Not only at the end: pcscd also calls this to have the wait begin again with another timeout. */
static RESPONSECODE stop_waiting(DWORD lun)
{
	(void)lun;
	return eventfd_write(wake, 1) ? IFD_COMMUNICATION_ERROR : IFD_SUCCESS;
}

RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR device)
{
	const char *path = strncmp(device, "unix:", 5) ? device : device + 5;
	if (strlen(path) >= sizeof device_path)
		return IFD_COMMUNICATION_ERROR;
	strcpy(device_path, path);
	commands = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	events = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (commands >= 0 && events >= 0 && wake >= 0)
		return IFD_SUCCESS;
	IFDHCloseChannel(lun);
	return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel)
{
	(void)lun, (void)channel;
	return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHCloseChannel(DWORD lun)
{
	(void)lun;
	const int open[] = {commands, events, wake};
	for (int i = 0; i < 3; i++)
		if (open[i] >= 0)
			close(open[i]);
	commands = events = wake = -1;
	linked = asked = 0;
	return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value)
{
	(void)lun;
	RESPONSECODE (*polling)(DWORD, int) = wait_for_event;
	RESPONSECODE (*stop)(DWORD) = stop_waiting;
	const UCHAR one = 1;
	const void *answer = &one;
	DWORD size = 1;
	switch (tag) {
	case TAG_IFD_ATR: answer = atr, size = atr_length; break;
	case TAG_IFD_SIMULTANEOUS_ACCESS:
	case TAG_IFD_SLOTS_NUMBER: break;
	case TAG_IFD_POLLING_THREAD_WITH_TIMEOUT: answer = &polling, size = sizeof polling; break;
	case TAG_IFD_STOP_POLLING_THREAD: answer = &stop, size = sizeof stop; break;
	default: return IFD_ERROR_TAG;
	}
	if (*length < size)
		return IFD_ERROR_INSUFFICIENT_BUFFER;
	memcpy(value, answer, *length = size);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD length, PUCHAR value)
{
	(void)lun, (void)tag, (void)length, (void)value;
	return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, UCHAR flags, UCHAR pts1, UCHAR pts2, UCHAR pts3)
{
	(void)lun, (void)protocol, (void)flags, (void)pts1, (void)pts2, (void)pts3;
	return IFD_SUCCESS;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR out, PDWORD out_length)
{
	(void)lun;
	UCHAR kind = action == IFD_POWER_UP ? 'U' : action == IFD_RESET ? 'R' : 'D', status;
	DWORD length;
	*out_length = atr_length = 0;
	if (!ask(kind, NULL, 0, &status, &length))
		return unplugged();
	if (status != OK || length > sizeof atr)
		return IFD_ERROR_POWER_ACTION;
	memcpy(atr, frame, atr_length = length);
	memcpy(out, atr, *out_length = length);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER send_pci, PUCHAR tx, DWORD tx_length, PUCHAR rx,
	PDWORD rx_length, PSCARD_IO_HEADER receive_pci)
{
	(void)lun, (void)send_pci, (void)receive_pci;
	UCHAR status;
	DWORD length, room = *rx_length;
	*rx_length = 0;
	if (!ask('A', tx, tx_length, &status, &length))
		return unplugged();
	if (status != OK)
		return status == NO_CARD ? IFD_ICC_NOT_PRESENT : status == SILENT ? IFD_RESPONSE_TIMEOUT : IFD_COMMUNICATION_ERROR;
	if (length > room)
		return IFD_ERROR_INSUFFICIENT_BUFFER;
	memcpy(rx, frame, *rx_length = length);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHControl(DWORD lun, DWORD code, PUCHAR tx, DWORD tx_length, PUCHAR rx, DWORD rx_room, LPDWORD rx_length)
{
	(void)lun;
	UCHAR data[4 + 1024], status;
	uint32_t wire = htonl((uint32_t)code);
	DWORD length;
	*rx_length = 0;
	if (tx_length > 1024)
		return IFD_COMMUNICATION_ERROR;
	memcpy(data, &wire, 4);
	if (tx_length)
		memcpy(data + 4, tx, tx_length);
	if (!ask('X', data, tx_length + 4, &status, &length))
		return unplugged();
	if (status == UNSUPPORTED)
		return IFD_ERROR_NOT_SUPPORTED;
	if (status != OK || length > rx_room)
		return status == NO_CARD ? IFD_ICC_NOT_PRESENT : IFD_COMMUNICATION_ERROR;
	memcpy(rx, frame, *rx_length = length);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHICCPresence(DWORD lun)
{
	(void)lun;
	UCHAR status;
	DWORD length;
	if (!ask('P', NULL, 0, &status, &length))
		return asked++ ? unplugged() : IFD_ICC_NOT_PRESENT; /* pcscd drops a reader that fails at the first question. */
	asked = 1;
	return status == OK ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}
