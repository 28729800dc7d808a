<?php

declare(strict_types=1);

/** What server.ini says, or would say by default. */
final class Settings
{
    public readonly int $workers;
    public readonly string $greeting;
    public readonly int $patience;

    public function __construct(string $file)
    {
        $settings = is_file($file) ? parse_ini_file($file) : [];
        $this->workers = (int) ($settings['workers'] ?? 4);
        $this->greeting = $settings['greeting'] ?? 'Hello';
        $this->patience = (int) ($settings['patience'] ?? 10);
    }
}
