# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# nginx.sh - an nginx of the tests' own: its files all lie in $TMP.

# nginx_conf FILE WORKERS LISTEN SERVER-LINES
nginx_conf()
{
	mkdir -p "$TMP/www" "$TMP/nginx"
	chmod 755 "$TMP/www" "$TMP/nginx"
	cat >"$1" <<-CONF
	user nobody nogroup;
	worker_processes $2;
	daemon off;
	pid $1.pid;
	error_log stderr warn;
	events { worker_connections 1024; }
	http {
		access_log off;
		sendfile on;
		default_type application/octet-stream;
		client_max_body_size 100m;
		client_body_temp_path $TMP/nginx/body;
		proxy_temp_path $TMP/nginx/proxy;
		fastcgi_temp_path $TMP/nginx/fastcgi;
		uwsgi_temp_path $TMP/nginx/uwsgi;
		scgi_temp_path $TMP/nginx/scgi;
		server {
			listen $3;
			root $TMP/www;
			$4
		}
	}
	CONF
}

# nginx_start NAME WHERE IP WORKERS [SERVER-LINES]: serves $TMP/www on port 80.
nginx_start()
{
	nginx_conf "$TMP/$1.conf" "$4" 80 "${5:-}"
	start "$1" "$2" nginx -e stderr -c "$TMP/$1.conf"
	wait_port "$3" 80
}
