#pragma once

#include "udp.h"
#include "spawn_as.h"
