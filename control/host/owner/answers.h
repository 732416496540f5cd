/* SPDX-License-Identifier: MIT */
/*
 * answers.h - the document that answers one line
 */
#ifndef IX_HOST_ANSWERS_H
#define IX_HOST_ANSWERS_H

#include "control/host/owner/owner.h"

/* The document that answers one line. */
void answer_line(struct owner *o, const char *line, struct json *j);

#endif
