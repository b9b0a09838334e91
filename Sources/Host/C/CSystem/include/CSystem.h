#pragma once

#include "link.h"
#include "udp.h"
#include "spawn_as.h"
