/* SPDX-License-Identifier: MIT */
/*
 * port - one end of the wire: raw frames of one interface.
 */
#ifndef IX_WIRE_PORT_H
#define IX_WIRE_PORT_H

#include <stdint.h>
#include <linux/virtio_net.h>

#define PORT_BATCH 64
#define PORT_FRAME 10240 /* the largest frame held */

struct port {
	int fd;
	const char *name;
};

struct port_frame {
	struct virtio_net_hdr vnet;
	uint8_t data[PORT_FRAME];
};

int port_open(struct port *p, const char *ifname);
void port_close(struct port *p);

/* Receives up to PORT_BATCH frames into frames[i]; returns how many, and
 * their lengths. A length of 0 marks a frame that was too large or a segment
 * that offloads left unfinished. Never frames that this host sent. */
int port_receive(struct port *p, struct port_frame *const *frames,
		 uint32_t *lens_out);

/* Returns how many of the n frames the interface took. */
int port_send(struct port *p, struct port_frame *const *frames,
	      const uint32_t *lens, int n);

/* Frames that the kernel dropped because we read too slowly. */
uint64_t port_missed(struct port *p);

#endif
