#!/bin/bash
# SPDX-License-Identifier: MIT
#
# sshd - OpenSSH: a server that executes itself anew for each connection, and the client.
. "$(dirname "$0")/../lib.sh"

need sshd ssh ssh-keygen
SSHD=$(command -v sshd)

keys()
{
	net_up
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N "" -f "$TMP/key" ||
		fail "ssh-keygen ends with status $?"
	cp "$TMP/key.pub" "$TMP/allowed"
}

# sshd PLACE IP: its host's key is the user's as well.
sshd()
{
	start sshd "$1" "$SSHD" -D -e -f /dev/null -h "$TMP/key" \
		-o "ListenAddress=$2:2222" -o PidFile=none -o UsePAM=no \
		-o StrictModes=no -o "AuthorizedKeysFile=$TMP/allowed"
	wait_port "$2" 2222
}

# ssh_to PLACE IP COMMAND
ssh_to()
{
	run "$1" timeout $((30 * IXT_SLOW)) ssh -F none -i "$TMP/key" \
		-p 2222 -o BatchMode=yes -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
		"root@$2" "$3"
}

summed()
{
	random_file "$TMP/in" "$(scaled 10000000)"
	same "the sum at the other end" \
		"$(ssh_to "$1" "$2" sha256sum <"$TMP/in")" \
		"$(sha256sum <"$TMP/in")"
	ssh_to "$1" "$2" "cat $TMP/in" >"$TMP/got" </dev/null
	same_sha "$TMP/got" "$TMP/in"
}

t_server()
{
	keys
	sshd prog "$P_IP"
	summed peer "$P_IP"
}

t_client()
{
	keys
	sshd peer "$K_IP"
	summed prog "$K_IP"
}

# It knows whom it talks with, also after its exec.
t_names()
{
	keys
	sshd prog "$P_IP"
	same "SSH_CONNECTION" \
		"$(ssh_to peer "$P_IP" "echo \$SSH_CONNECTION" </dev/null |
			awk '{ print $1, $3, $4 }')" "$K_IP $P_IP 2222"
}

compat_main "$@" -- server client names
