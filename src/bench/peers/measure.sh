# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the script that reads this
# How a case is prepared, loaded, checked and counted.

# One answer, looked at closely: status, length, and where it came from.
check_answer() {
  local server=$1 field options=() answer
  for field in "${case_fields[@]}"; do
    options+=(-H "$field")
  done
  answer=$(curl -s -o "$work/body" -D "$work/head" -w '%{http_code} %{size_download}' "${options[@]}" \
    "http://127.0.0.1:$(port_of "$server")$case_path")
  if [[ $answer != "$case_status $case_bytes" ]]; then
    complain "$server" "answers $answer bytes instead of $case_status $case_bytes"
    return 1
  fi
  [[ $server == us && -z $case_script ]] || return 0
  local expected=HIT
  [[ $case_origin -eq 0 ]] || expected=MISS
  if ! grep -qi "^X-Cache: $expected" "$work/head"; then
    complain us "doesn't say X-Cache: $expected"
    return 1
  fi
}

complain() {
  printf 'bench: %s, %s: %s\n' "$case_name" "$1" "$2" >&2
}

# Stores what the case needs, sees whether answers are right, and warms up.
prepare() {
  local url
  url=http://127.0.0.1:$(port_of "$1")
  printf '%s: preparing %s\n' "$case_name" "$1" >&2
  # Twice, as some store only what is asked for again; and whole, as a part is not stored by all.
  curl -so /dev/null "$url$case_path" && curl -so /dev/null "$url$case_path"
  # Some store a big response only when it has been delivered.
  sleep 0.1
  check_answer "$1" || return
  if [[ $case_name == many ]]; then
    URLS=$urls wrk -t1 -c32 -d20m -s "$here/fill.lua" "$url" >"$work/wrk" || return
    grep -q 'filled' "$work/wrk" || complain "$1" "was not filled: $(cat "$work/wrk")"
  fi
  case_rate[$1]=0
  [[ $warm_up -gt 0 || -n $case_pace ]] || return 0
  # Only ours is compiled while it runs.
  if [[ $1 == us && $warm_up -gt 0 ]]; then
    load "$url" "$warm_up" || return
  fi
  load "$url" 2 || return
  case_rate[$1]=$(read_wrk | cut -f1)
}
declare -A case_rate=()

# load URL SECONDS: requests as fast as the server answers them
load() {
  local field options=()
  for field in "${case_fields[@]}"; do
    options+=(-H "$field")
  done
  [[ -z $case_script ]] || options+=(-s "$here/$case_script")
  URLS=$urls SEED=$RANDOM$RANDOM timeout "$(($2 + 30))" wrk -t1 -c"$case_connections" -d"$2s" --timeout 10s --latency "${options[@]}" \
    "$1$case_path" >"$work/wrk" 2>&1
}

# load_paced URL SECONDS REQUESTS_A_SECOND: at a fixed rate, however long answers take
load_paced() {
  local each
  each=$(awk -v r="$3" -v c="$case_connections" 'BEGIN { printf "%.1f", (r > c ? r / c : 1) }')
  rm -f "$work/h2load-log"
  # By number, not by time: at a rate, h2load may not find the end of its time.
  timeout "$(($2 + 30))" h2load --h1 -t1 -c"$case_connections" --rps="$each" --log-file="$work/h2load-log" \
    -n"$(awk -v e="$each" -v c="$case_connections" -v s="$2" 'BEGIN { printf "%d", e * c * s }')" "$1$case_path" >"$work/h2load" 2>&1
}

# Prints requests a second, number of requests, median and 99th percentile in µs, and failures.
read_wrk() {
  awk '
    function microseconds(s) {
      if (s ~ /us$/) return s + 0
      if (s ~ /ms$/) return s * 1000
      if (s ~ /m$/) return s * 60000000
      return s * 1000000
    }
    $1 == "50%" { p50 = microseconds($2) }
    $1 == "99%" { p99 = microseconds($2) }
    / requests in / { n = $1 }
    /^Requests\/sec/ { rate = $2 }
    /Non-2xx/ { failures += $NF }
    /Socket errors/ { gsub(",", ""); failures += $4 + $6 + $8 + $10 }
    END { printf "%.0f\t%d\t%.0f\t%.0f\t%d\n", rate, n, p50, p99, failures }' "$work/wrk"
}

read_h2load() {
  local n
  n=$(wc -l <"$work/h2load-log")
  awk -v seconds="$1" '
    { if ($2 != 200) failures++ }
    END { printf "%.0f\t%d\t", NR / seconds, NR; exit }' "$work/h2load-log"
  cut -f3 "$work/h2load-log" | sort -n | awk -v n="$n" '
    NR == int(n * 0.5) { printf "%d\t", $1 }
    NR == int(n * 0.99) { printf "%d\t", $1 }'
  awk '$2 != 200 { failures++ } END { print failures + 0 }' "$work/h2load-log"
}

# CPU time of a server in ticks of 10 ms, with that of its children, dead or alive.
cpu_ticks() {
  local process
  for process in $(processes "$1"); do
    cat "/proc/$process/stat" 2>/dev/null
  done | awk '{ sub(/.*\) /, ""); sum += $12 + $13 + $14 + $15 } END { print sum + 0 }'
}

rss_megabytes() {
  local process
  for process in $(processes "$1"); do
    cat "/proc/$process/status" 2>/dev/null
  done | awk '/^VmRSS/ { sum += $2 } END { printf "%.0f", sum / 1024 }'
}

# CPU time of the whole machine in ticks: that was not idle, and all.
machine_ticks() {
  awk '/^cpu / { busy = $2 + $3 + $4 + $7 + $8; print busy, busy + $5 + $6 + $9; exit }' /proc/stat
}

# CPU time of the load generators that have run and of all else this script has waited for, in ticks.
generator_ticks() {
  awk '{ sub(/.*\) /, ""); print $14 + $15 }' "/proc/$$/stat"
}

# What has been used so far: by the server, the origin's requests, the machine, all of it, the origin, the generators.
ticks() {
  printf '%s %s %s %s %s' "$(cpu_ticks "$1")" "$(origin_requests)" "$(machine_ticks)" "$(cpu_ticks origin)" \
    "$(generator_ticks)"
}

# measure SERVER ROUND: one line of the results
measure() {
  local server=$1 url figures before after n line
  url=http://127.0.0.1:$(port_of "$server")
  # What slept while others had their turn wakes up.
  [[ $rounds -eq 1 || -n $case_pace ]] || load "$url" 1
  before=$(ticks "$server")
  if [[ -n $case_pace ]]; then
    load_paced "$url" "$seconds" "$(awk -v r="${case_rate[$server]}" -v p="$case_pace" 'BEGIN { print r * p }')"
    after=$(ticks "$server")
    figures=$(read_h2load "$seconds")
  else
    load "$url" "$seconds"
    after=$(ticks "$server")
    figures=$(read_wrk)
  fi
  n=$(cut -f2 <<<"$figures")
  if [[ ${n:-0} -eq 0 ]]; then
    complain "$server" "answers nothing: $(cat "$work/wrk")"
    return 1
  fi
  line=$(awk -v name="$case_name" -v server="$server" -v round="$2" -v rss="$(rss_megabytes "$server")" \
    -v figures="$figures" -v before="$before" -v after="$after" \
    -v connections="$case_connections" -v limit="$stall" '
    BEGIN {
      split(figures, f, "\t"); split(before, b, " "); split(after, a, " ")
      own = a[1] - b[1]
      cpu = own * 10000 / f[2]
      # One request was ours, to ask for the number.
      from_origin = (a[2] - b[2] - 1) / f[2]
      others = ((a[3] - b[3]) - own - (a[5] - b[5]) - (a[6] - b[6])) / (a[4] - b[4])
      if (others < 0) others = 0
      work = connections * cpu
      waits = work ? f[3] / work : 0
      if (waits * (1 - (others < 0.9 ? others : 0.9)) <= limit) waits = 0
      printf "%s\t%s\t%d\t%d\t%.2f\t%d\t%d\t%d\t%.3f\t%.2f\t%.1f\n", name, server, round, f[1], cpu, f[3], f[4], rss, from_origin, others, waits
    }')
  check_measurement "$server" "$figures" "$(($(cut -d' ' -f2 <<<"$after") - $(cut -d' ' -f2 <<<"$before") - 1))" || return
  printf '%s\n' "$line" | tee -a "$results" >&2
  warn_of_stall "$server" "$line"
}

# When all connections wait for a server that works, a request takes the time that the work for all of them
# takes, on one processor at most. A median of more than so many times that is a server that stands idle
# while its clients wait: for a timer, for an acknowledgement. What other programs take is allowed for.
stall=3

warn_of_stall() {
  local times
  times=$(cut -f11 <<<"$2")
  if [[ $times != 0.0 ]]; then
    complain "$1" "p50 is $times times what its CPU time explains: it waits, rather than works"
  fi
}

# A figure counts only if every answer was right and came from where it should.
check_measurement() {
  local failures
  failures=$(cut -f5 <<<"$2")
  if [[ $failures -gt 0 ]]; then
    complain "$1" "$failures requests failed"
    return 1
  fi
  # Requests that the end of the load cuts off have reached the origin too.
  if ! awk -v expected="$case_origin" -v n="$(cut -f2 <<<"$2")" -v came="$3" -v most="$case_connections" \
    'BEGIN { exit !(came >= expected * n * 0.98 && came <= expected * n * 1.02 + n * 0.02 + most) }'; then
    complain "$1" "$3 of $(cut -f2 <<<"$2") requests reached the origin"
    return 1
  fi
  check_answer "$1"
}

describe_environment() {
  local peer
  printf 'date: %s\n' "$(date -u +'%Y-%m-%d %H:%M UTC')"
  printf 'processor: %s, %s\n' "$(nproc)" "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)"
  printf 'memory: %s\n' "$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)"
  printf 'system: %s, %s\n' "$(uname -sr | cut -d- -f1)" "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
  printf 'run: %s rounds of %s s after %s s of warm-up, %s URLs in case many, %s MB of memory for responses\n' \
    "$rounds" "$seconds" "$warm_up" "$urls" "$memory"
  printf 'load: %s\n' "$(wrk -v 2>&1 | awk 'NR == 1 { print $1, $2 }'), $(h2load --version)"
  for peer in $peers; do
    printf '%s: %s\n' "$peer" "$(version_of "$peer" | paste -sd ' ' -)"
  done
  printf 'load average at the start: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
}
