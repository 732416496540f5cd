#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vsftpd - stock vsftpd with its defaults: a process in namespaces of its own for each session,
# a bounded address space, data connections that its parent accepts and passes.
. "$(dirname "$0")/../lib.sh"

need vsftpd

CLIENT='
import ftplib, hashlib, sys
ip, path, passive = sys.argv[1], sys.argv[2], sys.argv[3] == "passive"
want = hashlib.sha256(open(path, "rb").read()).hexdigest()
for i in range(3):
	f = ftplib.FTP()
	f.connect(ip, 2121, 60)
	f.login()
	f.set_pasv(passive)
	got = hashlib.sha256()
	f.retrbinary("RETR in", got.update)
	assert got.hexdigest() == want, "other bytes"
	assert "in" in f.nlst(), "not listed"
	f.quit()
'

serve()
{
	net_up
	chmod 755 "$TMP"
	mkdir "$TMP/ftp" "$TMP/empty"
	random_file "$TMP/ftp/in" "$(scaled 10000000)"
	chmod 644 "$TMP/ftp/in"
	printf '%s\n' listen=YES background=NO listen_port=2121 \
		"listen_address=$P_IP" anonymous_enable=YES \
		no_anon_password=YES "anon_root=$TMP/ftp" \
		"secure_chroot_dir=$TMP/empty" xferlog_enable=NO \
		>"$TMP/conf"
	start vsftpd prog vsftpd "$TMP/conf"
	wait_port "$P_IP" 2121
}

fetch()
{
	serve
	run peer timeout $((60 * IXT_SLOW)) "$PYTHON" -c "$CLIENT" "$P_IP" \
		"$TMP/ftp/in" "$1" 2>"$TMP/client.err" ||
		fail "client: $(tail -n 1 "$TMP/client.err")"
}

t_passive()
{
	fetch passive
}

t_active()
{
	fetch active
}

compat_main "$@" -- passive active
