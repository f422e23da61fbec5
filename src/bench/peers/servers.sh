# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the script that reads this
# The servers: how each is configured, started and stopped. All listen on 127.0.0.1, keep responses in
# memory, log no requests, and stand in front of the same origin. Each is set up as its own documentation
# recommends for that; a comment names the page. What is left out is as it is by default.

installed_peers() {
  printf 'us'
  local peer
  for peer in nginx:nginx varnish:varnishd haproxy:haproxy squid:squid; do
    ! command -v "${peer#*:}" >/dev/null || printf ' %s' "${peer%:*}"
  done
}

port_of() {
  case $1 in
    us) printf '%s' $((base_port + 1)) ;;
    nginx) printf '%s' $((base_port + 3)) ;;
    varnish) printf '%s' $((base_port + 4)) ;;
    haproxy) printf '%s' $((base_port + 5)) ;;
    squid) printf '%s' $((base_port + 6)) ;;
    *) fail "there is no server $1" ;;
  esac
}

version_of() {
  case $1 in
    us) "$root/caching-proxy" --version && "${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | tail -n 1 ;;
    nginx) nginx -v 2>&1 ;;
    varnish) varnishd -V 2>&1 | head -n 1 ;;
    haproxy) haproxy -v | head -n 1 ;;
    squid) squid -v | head -n 1 ;;
  esac
}

# start SERVER MEGABYTES
start() {
  local directory=$work/$1 port
  port=$(port_of "$1")
  ! curl -so /dev/null "http://127.0.0.1:$port/" || fail "port $port is in use; --base-port takes others"
  mkdir -p "$directory"
  "start_$1" "$port" "$2" "$directory" >"$directory/log" 2>&1 </dev/null &
  pid[$1]=$!
  if ! curl -so /dev/null --retry 300 --retry-delay 0 --retry-max-time 30 --retry-connrefused "http://127.0.0.1:$port/1k"; then
    cat "$directory/log" >&2
    fail "$1 does not start"
  fi
  kill -0 "${pid[$1]}" || fail "$1 has ended: $(cat "$directory/log")"
}

stop() {
  [[ -n ${pid[$1]:-} ]] || return 0
  local process
  for process in $(processes "$1"); do
    kill "$process" 2>/dev/null
  done
  for ((process = 0; process < 50; process++)); do
    kill -0 "${pid[$1]}" 2>/dev/null || break
    sleep 0.1
  done
  for process in $(processes "$1"); do
    kill -9 "$process" 2>/dev/null
  done
  wait "${pid[$1]}" 2>/dev/null
  unset "pid[$1]"
}

stop_all() {
  local server
  for server in "${!pid[@]}"; do
    stop "$server"
  done
}

# The process a server was started as and all that come from it.
processes() {
  [[ -n ${pid[$1]:-} ]] || return 0
  ps -e -o pid=,ppid= | awk -v first="${pid[$1]}" '
    { parent[$1] = $2 }
    END {
      for (process in parent) {
        p = process
        while (p != first && p in parent) p = parent[p]
        if (p == first) print process
      }
    }'
}

start_us() {
  exec "$root/caching-proxy" --host 127.0.0.1 --port "$1" --metrics-host 127.0.0.1 \
    --metrics-port "$((base_port + 2))" --memory "$2MB" --origin "http://$origin"
}

# nginx FOLDER WORKERS: what origin and cache have in common.
#
# tcp_nopush stays off, its default ("Module ngx_http_core_module"), though "Serving Static Content" has it
# beside sendfile: for TCP_CORK nginx takes TCP_NODELAY off a connection and doesn't put it on again, so
# that the last segment of a response waits until the client has acknowledged the one before. Over loopback,
# where a segment is 64 KB, clients let that wait for 40 ms, and every response of 100 KB takes as long.
nginx_settings() {
  [[ $(id -u) -ne 0 ]] || printf 'user root;\n'
  cat <<CONF
daemon off;
# "Core functionality", worker_processes and worker_cpu_affinity: one for a processor, bound to it.
worker_processes $2;
worker_cpu_affinity auto;
pid $1/pid;
error_log $1/errors;
events { worker_connections 16384; }
http {
  access_log off;
  default_type application/octet-stream;
  # "Serving Static Content", Optimizing Performance for Serving Content.
  sendfile on;
  tcp_nodelay on;
  # "Module ngx_http_core_module": connections and open files are kept, of the files of the cache as well.
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  open_file_cache max=10000 inactive=1h;
  client_body_temp_path $1/body;
  proxy_temp_path $1/proxy;
  fastcgi_temp_path $1/fastcgi;
  uwsgi_temp_path $1/uwsgi;
  scgi_temp_path $1/scgi;
CONF
}

start_nginx() {
  # A file of 1 KB takes a page; a megabyte holds 8,000 keys ("Module ngx_http_proxy_module", proxy_cache_path).
  rm -rf "$fast_disk/nginx"
  {
    nginx_settings "$3" auto
    cat <<CONF
  # The same page: a file is written where it stays.
  proxy_cache_path $fast_disk/nginx levels=1:2 keys_zone=c:$((16 + $2 / 8))m max_size=$(($2 * 2))m inactive=1h use_temp_path=off;
  # "Module ngx_http_upstream_module", keepalive: with HTTP/1.1 and without Connection.
  upstream origin { server $origin; keepalive 256; keepalive_requests 1000000000; }
  server {
    # "Serving Static Content", Tuning the Backlog Queue; reuseport shares connections among the workers
    # ("Module ngx_http_core_module", listen).
    listen 127.0.0.1:$1 backlog=4096 reuseport;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      # "Module ngx_http_proxy_module": a response of 100 KB fits into the buffers.
      proxy_buffers 16 8k;
      # No proxy_cache_lock: with it, requests for what may not be stored wait for one another.
      proxy_cache c;
      add_header X-Cache \$upstream_cache_status;
    }
  }
}
CONF
  } >"$3/conf"
  exec nginx -e "$3/errors" -c "$3/conf"
}

start_varnish() {
  cat >"$3/vcl" <<CONF
vcl 4.1;
backend origin { .host = "${origin%:*}"; .port = "${origin#*:}"; }
sub vcl_deliver { set resp.http.X-Cache = obj.hits; }
CONF
  # The manual's "Storage backends": malloc, for what fits into memory; varnishd(1): as many threads are
  # ready in each of the two pools (thread_pool_min) as there may be busy connections in all cases but one,
  # and the log in shared memory lies in memory.
  rm -rf "$fast_disk/varnish"
  exec varnishd -F -j none -n "$fast_disk/varnish" -a "127.0.0.1:$1" -f "$3/vcl" -s "malloc,$2m" \
    -p thread_pool_min=200 -p listen_depth=4096
}

start_haproxy() {
  # "Configuration Manual": as many threads as processors (nbthread, by default); tune.bufsize as it is,
  # which "strongly recommended" stands beside; http-reuse always, as the origin keeps its connections.
  # "Cache" of the same manual: total-max-size, at most 4095 MB, and an object as large as that of others.
  cat >"$3/conf" <<CONF
global
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1m
  http-reuse always
cache c
  total-max-size $(($2 < 4095 ? $2 : 4095))
  max-object-size 20000000
  max-age 86400
frontend clients
  bind 127.0.0.1:$1 backlog 4096
  default_backend origin
backend origin
  http-request cache-use c
  http-response cache-store c
  server origin $origin
CONF
  exec haproxy -db -f "$3/conf"
}

start_squid() {
  chmod 777 "$3"
  # "Configuring a Basic Reverse Proxy" of Squid's wiki: http_port, cache_peer. The directives' own pages:
  # cache_mem with large objects in it (maximum_object_size_in_memory), LRU (memory_replacement_policy),
  # one process (workers, by default), so nothing to share (memory_cache_shared), and freed memory kept for
  # the next request (memory_pools, by default, and memory_pools_limit).
  cat >"$3/conf" <<CONF
http_port 127.0.0.1:$1 accel defaultsite=127.0.0.1 no-vhost
cache_peer ${origin%:*} parent ${origin#*:} 0 no-query no-digest originserver name=origin
cache_peer_access origin allow all
http_access allow all
cache_mem $2 MB
maximum_object_size_in_memory 20 MB
memory_replacement_policy lru
memory_cache_mode always
memory_cache_shared off
memory_pools_limit 64 MB
access_log none
cache_log $3/errors
cache_store_log none
netdb_filename none
pinger_enable off
pid_filename $3/pid
coredump_dir $3
max_filedescriptors 16384
shutdown_lifetime 0 seconds
server_persistent_connections on
CONF
  exec squid -N -f "$3/conf"
}

# The origin: nginx with files; every answer has an entity tag and a length.
start_origin() {
  local directory=$work/origin size
  ! curl -so /dev/null "http://$origin/" || fail "port ${origin#*:} is in use; --base-port takes others"
  mkdir -p "$directory/files"
  for size in 1 10 100 1024 10240; do
    head -c $((size * 1024)) /dev/urandom >"$directory/files/${size}k"
  done
  {
    nginx_settings "$directory" 1
    cat <<CONF
  root $directory/files;
  server {
    listen $origin backlog=4096;
    add_header Cache-Control max-age=86400;
    location / { }
    location = /pass { add_header Cache-Control no-store; try_files /1k =404; }
    location /object/ { try_files /1k =404; }
    location = /requests { stub_status; }
  }
}
CONF
  } >"$directory/conf"
  nginx -e "$directory/errors" -c "$directory/conf" >"$directory/log" 2>&1 </dev/null &
  pid[origin]=$!
  curl -so /dev/null --retry 100 --retry-delay 0 --retry-max-time 10 --retry-connrefused "http://$origin/1k" ||
    fail "the origin does not start: $(cat "$directory/log")"
  [[ $(curl -s "http://$origin/requests") == Active* ]] || fail "nginx was built without stub_status"
}

# How many requests have reached it; asking counts.
origin_requests() {
  curl -s "http://$origin/requests" | awk 'NR == 3 { print $3 }'
}
