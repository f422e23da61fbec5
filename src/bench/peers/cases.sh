# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the script that reads this
# The cases: what clients ask for in each, and what the answer must look like.

list_cases() {
  cat <<'CASES'
hit-1k        1 KB from the store
hit-10k       10 KB from the store
hit-100k      100 KB from the store
hit-1m        1 MB from the store
not-modified  304 to If-None-Match, from the store
range         10 KB out of 10 MB, from the store
pass          1 KB that must not be stored
miss          1 KB that is stored, each from a URL of its own
many          1 KB from the store, Zipf (0.9) over --urls URLs
connections   1 KB from the store, 5,000 connections
no-keep-alive 1 KB from the store, a connection for each request
half-load     1 KB from the store, at half the rate that the server can take
CASES
}

# Sets what the others read: case_path, case_fields (request fields), case_script (for wrk), case_connections,
# case_status, case_bytes (of the body), case_origin (requests to the origin for each of a client: 0 or 1),
# case_memory (megabytes), case_pace.
describe_case() {
  case_name=$1 case_path=/1k case_fields=() case_script='' case_connections=64 case_status=200
  case_bytes=1024 case_origin=0 case_memory=$memory case_pace=''
  case $1 in
    hit-1k) ;;
    hit-10k) case_path=/10k case_bytes=10240 ;;
    hit-100k) case_path=/100k case_bytes=102400 ;;
    hit-1m) case_path=/1024k case_bytes=1048576 ;;
    not-modified)
      case_fields=("If-None-Match: $(entity_tag /1k)")
      case_status=304 case_bytes=0
      ;;
    range)
      case_path=/10240k case_fields=('Range: bytes=5000000-5010239')
      case_status=206 case_bytes=10240
      ;;
    pass) case_path=/pass case_origin=1 ;;
    miss) case_path='/object/new' case_script=new.lua case_origin=1 ;;
    many)
      case_path=/object/1 case_script=zipf.lua
      # What a server needs for 1 KB and its head differs; none has to evict with this.
      case_memory=$((urls * 4 / 1000 > memory ? urls * 4 / 1000 : memory))
      ;;
    connections) case_connections=5000 ;;
    no-keep-alive) case_fields=('Connection: close') ;;
    half-load) case_pace=0.5 ;;
    *) return 1 ;;
  esac
}

entity_tag() {
  curl -sI "http://$origin$1" | awk 'tolower($1) == "etag:" { sub(/\r/, ""); print $2 }'
}
