# sh guarded.sh SECONDS HOME PROGRAM [ARGUMENT...]: becomes PROGRAM, and leaves a guard in its process group.
#
# Descriptor 4 is a pipe that the server holds open. When it ends without the word "over", the server has died: nobody is
# left to end the load, so the guard does: SIGINT to the group, SECONDS of grace, SIGKILL. So it does with whatever has left
# the group, where the system can tell: that has HOME still, which is of this run alone (empty: it has none of its own).
seconds=$1 home=$2
shift 2
(
  # Its own signal must not end it, and it must not hold the program's output open.
  trap '' INT TERM HUP
  exec </dev/null >/dev/null 2>&1 3>&-
  if read -r word <&4 && [ "$word" = over ]; then exit 0; fi
  kill -INT 0
  sleep "$seconds"
  if [ -n "$home" ] && read -r own _ </proc/self/stat; then
    for file in $(grep -lszFx "HOME=$home" /proc/[0-9]*/environ); do
      pid=${file#/proc/}
      pid=${pid%/environ}
      [ "$pid" = "$own" ] || kill -KILL "$pid"
    done
  fi
  kill -KILL 0
) &
exec 4<&-
exec "$@"
