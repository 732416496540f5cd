/* SPDX-License-Identifier: MIT */
/*
 * played.h - what is the same of every device that a test plays
 *
 * It is up, sends at once and has no descriptor. The one file of a program that
 * includes this defines the rest of drv.h.
 */
#ifndef IX_DRV_TEST_PLAYED_H
#define IX_DRV_TEST_PLAYED_H

#include "drv/drv.h"

uint16_t drv_tx_backlog(const struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	return 0;
}

int drv_fd(const struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	return -1;
}

void drv_disarm(struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
}

int drv_is_down(const struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	return 0;
}

#endif
