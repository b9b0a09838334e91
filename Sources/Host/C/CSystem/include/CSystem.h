#pragma once
#include "udp.h"
