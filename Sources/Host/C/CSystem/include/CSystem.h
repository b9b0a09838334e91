#pragma once

#include "fair.h"
#include "link.h"
#include "prefetch.h"
#include "udp.h"
#include "spawn_as.h"
