// This file is empty: its presence lets here.go declare functions without bodies.
