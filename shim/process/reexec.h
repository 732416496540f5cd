/* SPDX-License-Identifier: MIT */
/*
 * reexec.h - preloaded where KVM protects: on under ix-run
 */
#ifndef IX_SHIM_REEXEC_H
#define IX_SHIM_REEXEC_H

/* Become ix-run if that has to host the program; else return. */
void reexec(int argc, char **argv);

#endif
