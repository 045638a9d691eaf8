namespace Sbx.Images.Prerequisites;

/// <summary>How software is installed on a host.</summary>
public enum PackageManager
{
    /// <summary>None that is known.</summary>
    Unknown,

    /// <summary>Debian, Ubuntu and derivatives.</summary>
    Apt,

    /// <summary>Fedora, Red Hat and derivatives.</summary>
    Dnf,

    /// <summary>Arch Linux and derivatives.</summary>
    Pacman,

    /// <summary>openSUSE and SUSE Linux Enterprise.</summary>
    Zypper,

    /// <summary>Alpine Linux.</summary>
    Apk,

    /// <summary>macOS with Homebrew.</summary>
    Brew,

    /// <summary>Windows.</summary>
    Winget,
}

/// <summary>What <c>sbx setup</c> needs to know of a host.</summary>
/// <param name="Name">Name of the system, for people.</param>
/// <param name="Manager">How software is installed.</param>
/// <param name="IsRoot">Whether the user may install software without asking for more rights.</param>
public sealed record HostSystem(string Name, PackageManager Manager, bool IsRoot)
{
    /// <summary>This host.</summary>
    public static HostSystem Current()
    {
        if (OperatingSystem.IsWindows())
            return new HostSystem("Windows", PackageManager.Winget, Environment.IsPrivilegedProcess);
        if (OperatingSystem.IsMacOS())
            return new HostSystem("macOS", PackageManager.Brew, IsRoot: false);
        foreach (var path in (string[])["/etc/os-release", "/usr/lib/os-release"])
        {
            if (File.Exists(path))
                return FromOsRelease(File.ReadAllText(path), Environment.IsPrivilegedProcess);
        }

        return new HostSystem("Linux", PackageManager.Unknown, Environment.IsPrivilegedProcess);
    }

    /// <summary>A Linux system from its os-release file (os-release(5)).</summary>
    /// <param name="content">Text of the file.</param>
    /// <param name="isRoot">Whether the user is root.</param>
    public static HostSystem FromOsRelease(string content, bool isRoot)
    {
        ArgumentNullException.ThrowIfNull(content);
        string id = "", like = "", name = "Linux";
        foreach (var line in content.Split('\n'))
        {
            var separator = line.IndexOf('=', StringComparison.Ordinal);
            if (separator < 0)
                continue;
            var value = line[(separator + 1)..].Trim().Trim('"', '\'');
            switch (line[..separator].Trim())
            {
                case "ID": id = value; break;
                case "ID_LIKE": like = value; break;
                case "PRETTY_NAME": name = value; break;
            }
        }

        var manager = $"{id} {like}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ManagerOf).FirstOrDefault(static m => m != PackageManager.Unknown);
        return new HostSystem(name, manager, isRoot);
    }

    private static PackageManager ManagerOf(string id) => id switch
    {
        "debian" or "ubuntu" => PackageManager.Apt,
        "fedora" or "rhel" or "centos" => PackageManager.Dnf,
        "arch" => PackageManager.Pacman,
        "suse" or "opensuse" or "opensuse-leap" or "opensuse-tumbleweed" or "sles" => PackageManager.Zypper,
        "alpine" => PackageManager.Apk,
        _ => PackageManager.Unknown,
    };
}
