namespace Sbx.Images.Prerequisites;

/// <summary>A command to run: program and arguments.</summary>
/// <param name="Arguments">The program first.</param>
public sealed record SetupCommand(IReadOnlyList<string> Arguments)
{
    /// <summary>The command as one would type it. No argument holds a blank or a quote.</summary>
    public override string ToString() => string.Join(' ', Arguments);
}

/// <summary>What to do so that a host has all that sbx uses.</summary>
/// <param name="System">The host.</param>
/// <param name="Missing">What it lacks.</param>
/// <param name="Commands">Commands to run in this order; empty when there is nothing to do or they are not known.</param>
/// <param name="Advice">What a person has to do where no command can; null when there is nothing.</param>
public sealed record SetupPlan(HostSystem System, IReadOnlyList<Prerequisite> Missing, IReadOnlyList<SetupCommand> Commands, string? Advice)
{
    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Missing.Count == 0;

    /// <summary>The plan for this host.</summary>
    public static SetupPlan ForThisHost() => For(HostSystem.Current(), HostPrerequisites.Check());

    /// <summary>The plan for a host.</summary>
    /// <param name="system">The host.</param>
    /// <param name="prerequisites">What was looked for.</param>
    public static SetupPlan For(HostSystem system, IReadOnlyList<Prerequisite> prerequisites)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(prerequisites);
        var missing = prerequisites.Where(static p => !p.IsPresent).ToList();
        if (missing.Count == 0)
            return new SetupPlan(system, missing, [], null);
        var packages = missing.Select(p => PackageOf(p, system.Manager)).Distinct(StringComparer.Ordinal).ToArray();
        IReadOnlyList<string[]> commands = system.Manager switch
        {
            PackageManager.Apt => [["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", .. packages]],
            PackageManager.Dnf => [["dnf", "install", "--assumeyes", .. packages]],
            PackageManager.Pacman => [["pacman", "-S", "--needed", "--noconfirm", .. packages]],
            PackageManager.Zypper => [["zypper", "--non-interactive", "install", .. packages]],
            PackageManager.Apk => [["apk", "add", .. packages]],
            PackageManager.Brew => [["brew", "install", .. packages]],
            PackageManager.Winget => [.. packages.Select(static p => new[] { "winget", "install", "--id", p, "--exact" })],
            _ => [],
        };
        // Homebrew refuses to run as root; winget asks by itself.
        var elevate = !system.IsRoot && system.Manager is not (PackageManager.Brew or PackageManager.Winget);
        return new SetupPlan(
            system, missing, [.. commands.Select(c => new SetupCommand(elevate ? ["sudo", .. c] : c))],
            system.Manager == PackageManager.Unknown ? $"Install with the system's own means: {string.Join(", ", missing.Select(static p => p.Name))}." : null);
    }

    private static string PackageOf(Prerequisite missing, PackageManager manager) => (missing.Name, manager) switch
    {
        ("qemu-system-x86_64", PackageManager.Dnf) => "qemu-system-x86-core",
        ("qemu-system-x86_64", PackageManager.Pacman) => "qemu-system-x86",
        ("qemu-system-x86_64", PackageManager.Apk) => "qemu-system-x86_64",
        ("qemu-system-x86_64", PackageManager.Brew) => "qemu",
        ("qemu-system-x86_64", PackageManager.Winget) => "SoftwareFreedomConservancy.QEMU",
        ("setpriv", PackageManager.Apk) => "setpriv",
        _ => missing.Package,
    };
}
