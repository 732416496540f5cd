/* SPDX-License-Identifier: MIT */
/*
 * reexec.h - a program that only preloads the shim goes on under ix-run
 */
#ifndef IX_SHIM_REEXEC_H
#define IX_SHIM_REEXEC_H

/* Execute ix-run in place of the program, if that has to host it in protected
 * mode; return if not, or if that fails and IX_PROTECT is not kvm. */
void reexec(int argc, char **argv);

#endif
