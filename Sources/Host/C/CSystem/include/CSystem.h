#pragma once
#include "spawn_as.h"
