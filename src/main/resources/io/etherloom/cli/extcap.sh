#!/bin/sh
# Lets Wireshark capture in Etherloom's labs (extcap(4)). Written by `etherloom extcap install`; `etherloom extcap uninstall` removes it.
#
# What is the same for every interface, and what there is without a lab, is answered here: a JVM is started only to ask a lab.
etherloom=@ETHERLOOM@
state=@STATE@

any_lab() {
  for record in "$state"/*/lab.json; do
    [ -e "$record" ] && return 0
  done
  return 1
}

for word; do
  case $word in
    --extcap-interfaces)
      any_lab && break
      cat <<'TEXT'
@INTERFACES@
TEXT
      exit ;;
    --extcap-dlts)
      cat <<'TEXT'
@DLTS@
TEXT
      exit ;;
    --extcap-config)
      cat <<'TEXT'
@CONFIG@
TEXT
      exit ;;
  esac
done

[ -x "$etherloom" ] || {
  echo "Etherloom is no longer at $etherloom: run etherloom extcap install again, or remove $0" >&2
  exit 1
}
export ETHERLOOM_BUILD=never
exec @COMMAND@ extcap "$@"
