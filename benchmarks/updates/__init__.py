"""Does what is remembered stay true? Things change, are corrected, told late, denied and told again; then the state is asked for."""
