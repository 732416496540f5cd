// SPDX-License-Identifier: MIT
/*
 * replay.c - main() of a target where there is no libFuzzer
 *
 *	TARGET FILE-OR-DIRECTORY...
 *
 * Runs each file once.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz/input.h"

#define INPUT_MAX (1u << 20)

static unsigned done;

static int run_file(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	size_t len;

	if (!f) {
		perror(path);
		return -1;
	}
	len = fread(data, 1, sizeof(data), f);
	fclose(f);
	/* a crash says where it was */
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(data, len);
	done++;
	return 0;
}

static int run_dir(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort), i, rc = 0;
	char file[4096];

	if (n < 0) {
		perror(path);
		return -1;
	}
	for (i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && run_file(file) < 0)
			rc = -1;
		free(names[i]);
	}
	free(names);
	return rc;
}

int main(int argc, char **argv)
{
	struct stat st;
	int i, rc = 0;

	LLVMFuzzerInitialize(&argc, &argv);
	for (i = 1; i < argc; i++) {
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			rc |= run_dir(argv[i]);
		else
			rc |= run_file(argv[i]);
	}
	fprintf(stderr, "%u inputs\n", done);
	return rc < 0 || done == 0;
}
