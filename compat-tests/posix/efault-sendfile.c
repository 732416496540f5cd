// SPDX-License-Identifier: MIT
/* efault-sendfile - sendfile() and splice() with an offset that cannot be read or written. */
#include <sys/sendfile.h>

#include "badmem.h"
#include "kinds.h"

static void subject(struct role *r)
{
	int t[2], ends[2], file = open("/proc/self/exe", O_RDONLY);
	void *bad[4];
	loff_t offset = 0;

	OK(file);
	OK(pipe(ends));
	own_pair(r, t);
	GIVES(write(ends[1], "x", 1), 1);
	for (int i = unreadable(bad) - 1; i >= 0; i--) {
		about("address %p", bad[i]);
		FAILS(sendfile(t[0], file, bad[i], 10), EFAULT);
	}
	about("%s", "");
	FAILS(splice(ends[0], NULL, t[0], bad[0], 1, 0), EFAULT);
	FAILS(splice(ends[0], &offset, t[0], NULL, 1, 0), ESPIPE);
	FAILS(sendfile(t[0], t[1], NULL, 10), EINVAL);
	GIVES(splice(ends[0], NULL, t[0], NULL, 1, 0), 1);
	want_text(t[1], "x");
	OK(close(file));
	for (int i = 0; i < 2; i++) {
		OK(close(ends[i]));
		OK(close(t[i]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
