// Everything is inline. This file verifies that the header compiles as C.
#include "CBytes.h"
