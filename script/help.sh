# Sourced by scripts at the top of the checkout, with their arguments: where these ask for help, prints it and ends.
# Nothing is set up for that. `program`, where a script sets it, tells more than the script's first lines, once it is installed.
for argument in "$@"; do
  case $argument in
    --help | -h)
      if [ -v program ] && "${program[@]}" --help 2>/dev/null; then exit; fi
      awk 'NR > 1 {if (!/^#/) exit; sub(/^# ?/, ""); print}' "script/${0##*/}"
      exit
      ;;
  esac
done
