# Completion of joist's command line for bash, made of what `joist help` says.
_joist()
{
	local word=${COMP_WORDS[COMP_CWORD]} joist=${COMP_WORDS[0]} verb=${COMP_WORDS[1]} words

	if [ "$COMP_CWORD" = 1 ] || { [ "$verb" = help ] && [ "$COMP_CWORD" = 2 ]; }; then
		words=$("$joist" help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')
	elif [[ $word == -* ]]; then
		words=$("$joist" help "$verb" 2>/dev/null | sed -n 's/^  \(-[-a-z]*\).*/\1/p')
	else
		local pattern
		case $verb in
		run | plan | apply) pattern='*.json' ;;
		check) pattern='*.@(json|so)' ;;
		test | load | upgrade) pattern='*.so' ;;
		sign) [ "$COMP_CWORD" = 2 ] && pattern='*.so' || pattern='*' ;;
		keygen) pattern='*' ;;
		build) pattern='*.@(c|cc|cpp)' ;;
		*) return ;;
		esac
		shopt -s extglob
		local IFS=$'\n'
		COMPREPLY=($(compgen -d -S / -- "$word") $(compgen -f -X "!$pattern" -- "$word"))
		compopt -o nospace
		return
	fi
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _joist joist
