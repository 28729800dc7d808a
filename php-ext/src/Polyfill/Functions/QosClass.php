<?php

namespace Pcntl;

/** For functions that only macOS has; PHP 8.4 and later have the enumeration everywhere. */
enum QosClass
{
    case UserInteractive;
    case UserInitiated;
    case Default;
    case Utility;
    case Background;
}
