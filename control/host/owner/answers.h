/* SPDX-License-Identifier: MIT */
/*
 * answers.h - answers of the control socket
 */
#ifndef IX_HOST_ANSWERS_H
#define IX_HOST_ANSWERS_H

#include "control/host/owner/owner.h"

/* Write the JSON document that answers a request ("verb [arg]", without the
 * newline) into j, which is empty. */
void answer_line(struct owner *o, const char *line, struct json *j);

#endif
