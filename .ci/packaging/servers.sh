# The servers of the trials, to be sourced by bash after trials.sh.

# serve ROOT: starts the local API there, and sets `serve_port`.
serve() {
    enter "$1" hookbatch serve --listen 127.0.0.1:0 --api-key-file key --store served.db \
        2>"$1/root/serve.log" &
    started+=($!)
    serve_port=$(wait_for 's|.*http://127.0.0.1:\([0-9]*\)/v1.*|\1|p' "$1/root/serve.log")
}

# wait_for EXPRESSION FILE: prints what sed finds, at most ten seconds later.
wait_for() {
    local found i
    for ((i = 0; i < 100; i++)); do
        found=$(sed -n "$1" "$2" 2>/dev/null | head -n 1) || true
        [ -z "$found" ] || break
        sleep 0.1
    done
    [ -n "$found" ] || fail "nothing in $2"
    printf '%s\n' "$found"
}

# tls_proxy ROOT PORT: starts nginx outside of the root folder, in front of the port, and sets
# `tls_port`. Its authority is in the file authority.pem there.
tls_proxy() {
    local folder=$scratch/nginx
    rm -rf "$folder"
    mkdir "$folder"
    (
        cd "$folder"
        make=(openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
        "${make[@]}" -x509 -days 2 -keyout authority.key -out authority.pem \
            -subj "/CN=Trial Authority" -addext basicConstraints=CA:TRUE
        "${make[@]}" -keyout server.key -out server.csr -subj /CN=localhost \
            -addext subjectAltName=DNS:localhost
        openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -set_serial 2 \
            -copy_extensions copy -days 2 -out server.pem
    ) 2>"$folder/openssl.log" || fail "$(cat "$folder/openssl.log")"
    cp "$folder/authority.pem" "$1/root"
    # A free port: nginx has no other way to take one.
    tls_port=$(unused_port)
    cat >"$folder/nginx.conf" <<NGINX
daemon off;
user root;
pid nginx.pid;
error_log error.log;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen 127.0.0.1:$tls_port ssl;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        location / { proxy_pass http://127.0.0.1:$2; }
    }
}
NGINX
    nginx -p "$folder" -e error.log -c "$folder/nginx.conf" &
    started+=($!)
    wait_for '/./p' "$folder/nginx.pid" >/dev/null
}

# unused_port: a port above the ones that the system hands out, on which nothing listens.
unused_port() {
    local port
    for ((port = 61000; port < 65000; port++)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s\n' "$port"
}

# stop_servers: ends the local API and nginx, and waits for them.
stop_servers() {
    local pid
    for pid in "${started[@]}"; do stop "$pid"; done
    wait "${started[@]}"
    started=()
}

# stop PID: sends SIGTERM to the process; to its child if it is unshare, which waits for that.
stop() {
    if [ "$(cat "/proc/$1/comm")" = unshare ]; then
        kill -TERM "$(ps -o pid= --ppid "$1" | tr -d ' ')"
    else
        kill -TERM "$1"
    fi
}
