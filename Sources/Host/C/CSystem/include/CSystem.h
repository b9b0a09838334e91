#pragma once

#include "fair.h"
#include "link.h"
#include "udp.h"
#include "spawn_as.h"
