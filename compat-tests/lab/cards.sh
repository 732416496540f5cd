# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# cards.sh - lib.sh's network on two cards of a virtual machine.
#
# Sourced by lib.sh where IX_TEST_DEV is pci. Of the machine's two cards, which
# are on one link, the first is the program's: the kernel's natively, IX's under
# ix-run, by vfio-pci. The second is the peer's, with receive checksums left to
# the kernel, so that a wrong one is dropped and counted.

K_IP=10.97.0.1
P_IP=10.97.0.2
NS_K=labpeer
THREADS=1
FROM_KERNEL=
# The processor is emulated, and its host may be busy.
TEST_LIMIT=120
START_LIMIT=20

# --- the cards --------------------------------------------------------------

# Bus addresses of network cards, in order.
cards()
{
	local d class

	for d in /sys/bus/pci/devices/*; do
		read -r class <"$d/class"
		[ "${class:0:6}" != 0x0200 ] || echo "${d##*/}"
	done
}

interface_of()
{
	local d

	for d in "/sys/bus/pci/devices/$1"/{,virtio*/}net/*; do
		[ -e "$d" ] && echo "${d##*/}"
	done
}

driver_of()
{
	local link

	link=$(readlink "/sys/bus/pci/devices/$1/driver") && echo "${link##*/}"
}

read -r CARD PEER_CARD < <(cards | paste -sd ' ')

has_carrier()
{
	[ "$(in_ns "$1" cat "/sys/class/net/$2/carrier" 2>/dev/null)" = 1 ]
}

# Once for all tests: a link takes seconds to come up.
peer_up()
{
	local if

	ip netns list | grep -qw "$NS_K" && return
	modprobe vfio-pci
	udevadm settle 2>/dev/null
	if=$(interface_of "$PEER_CARD")
	ip netns add "$NS_K"
	ip link set "$if" netns "$NS_K"
	ip -n "$NS_K" link set lo up
	ip -n "$NS_K" link set "$if" name peer0
	in_ns "$NS_K" ethtool -K peer0 rx off gro off >/dev/null 2>&1
	end_up "$NS_K" peer0 "$K_IP/24" ""
	wait_for 10 has_carrier "$NS_K" peer0 || fail "the peer has no link"
}

# hand_over [DRIVER]: the card is its driver's own, or DRIVER's.
hand_over()
{
	local dir=/sys/bus/pci/devices/$CARD

	[ "$(driver_of "$CARD")" != "${1:-}" ] || return
	echo "${1:-}" >"$dir/driver_override"
	[ ! -e "$dir/driver" ] || echo "$CARD" >"$dir/driver/unbind"
	echo "$CARD" >/sys/bus/pci/drivers_probe
	wait_for 5 test -e "$dir/driver" || fail "no driver takes the card"
}

# In place of lib.sh's network. With FROM_KERNEL ix-run takes the card from the
# kernel's driver.
net_up()
{
	local if

	need_root
	[ "${1:-1}" = 1 ] || skip "the machine has one card for programs"
	[ -n "$PEER_CARD" ] || skip "two network cards are needed"
	peer_up
	ns_add "$NS_H"
	P_NS[1]=$NS_H
	P_OPTS[1]="--dev pci:$CARD --ip $P_IP/24 --threads $THREADS"
	if [ "$MODE" = ix ]; then
		# Once, for speed: ix-run would take it, and give it back.
		[ -n "$FROM_KERNEL" ] || hand_over vfio-pci
		return 0
	fi
	hand_over
	if=$(interface_of "$CARD")
	ip link set "$if" netns "$NS_H"
	end_up "$NS_H" "$if" "$P_IP/24" ""
	wait_for 10 has_carrier "$NS_H" "$if" || fail "the card has no link"
}

net_up_wire()
{
	skip "no wire of ours lies between two cards"
}

# An instance that is killed leaves its card running, which some emulated ones
# do not survive; so the owner gets the time to stop it.
eval "lib_$(declare -f net_down)"
net_down()
{
	kill_all CONT
	kill_all TERM
	wait_for 1 no_program
	kill_all TERM
	wait_for 10 nobody_left
	lib_net_down
}

no_program()
{
	local pid

	for pid in "${PIDS[@]}"; do
		! alive "$pid" || return 1
	done
}

