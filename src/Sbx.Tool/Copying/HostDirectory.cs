using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sbx.Api.Errors;

namespace Sbx.Tool.Copying;

/// <summary>
/// An open directory of the host. All it does is relative to the open descriptor and never follows a link, so that nothing
/// that is swapped beneath it meanwhile leads anywhere else. Names are single components.
/// </summary>
internal sealed unsafe class HostDirectory : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly string _shown;

    private HostDirectory(int descriptor, string shown)
    {
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        _shown = shown;
    }

    private int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Takes over an open descriptor.</summary>
    /// <param name="descriptor">Of a directory.</param>
    /// <param name="shown">Its path, for messages.</param>
    public static HostDirectory Adopt(int descriptor, string shown) => new(descriptor, shown);

    /// <summary>The same directory, open a second time.</summary>
    public HostDirectory Duplicate() => new(Check(Descriptors.OpenAt(Descriptor, ".", Descriptors.Directory | Descriptors.CloseOnExec, 0), "open", "."), _shown);

    /// <summary>Opens a directory by path, following links; null when there is none.</summary>
    public static HostDirectory? Open(string path)
    {
        var descriptor = Descriptors.OpenAt(Descriptors.CurrentDirectory, path, Descriptors.Directory | Descriptors.CloseOnExec, 0);
        return descriptor >= 0 ? new HostDirectory(descriptor, path) : Missing(path) ? null : throw Failure("open", path);
    }

    /// <summary>Opens a directory in this one; null when there is none of that name.</summary>
    /// <exception cref="SbxException">It is a link or a file, or may not be opened.</exception>
    public HostDirectory? Child(string name)
    {
        var descriptor = Descriptors.OpenAt(Descriptor, name, Descriptors.Directory | Descriptors.NoFollow | Descriptors.CloseOnExec, 0);
        if (descriptor >= 0)
            return new HostDirectory(descriptor, Shown(name));
        return Marshal.GetLastPInvokeError() switch
        {
            Descriptors.Enoent => null,
            Descriptors.Enotdir or Descriptors.Eloop => throw new SbxException(
                ErrorCode.Denied, $"{Shown(name)} is not a directory, and links are not followed here", "remove it, or copy to another place"),
            _ => throw Failure("open", Shown(name)),
        };
    }

    /// <summary>Opens a directory in this one, making it when it is missing.</summary>
    public HostDirectory MakeChild(string name)
    {
        if (Descriptors.MakeDirectoryAt(Descriptor, name, 0x1FF) != 0 && Marshal.GetLastPInvokeError() != Descriptors.Eexist)
            throw Failure("create", Shown(name));
        return Child(name) ?? throw Failure("open", Shown(name));
    }

    /// <summary>Type, mode, size and time of a name; null when there is none.</summary>
    public HostStatus? Status(string name) => Descriptors.Status(Descriptor, name);

    /// <summary>Names in it.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateFileSystemEntries($"/proc/self/fd/{Descriptor}").Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    /// <summary>Opens a file for reading; a link, or what has become one, fails.</summary>
    public SafeFileHandle OpenFile(string name) => new(
        Check(Descriptors.OpenAt(Descriptor, name, Descriptors.NoFollow | Descriptors.NonBlock | Descriptors.CloseOnExec, 0), "read", name), ownsHandle: true);

    /// <summary>Where a link points.</summary>
    public string ReadLink(string name)
    {
        const int room = 4096;
        var buffer = stackalloc byte[room];
        var length = Descriptors.ReadLinkAt(Descriptor, name, buffer, room);
        return length >= 0 ? Encoding.UTF8.GetString(buffer, (int)length) : throw Failure("read", Shown(name));
    }

    /// <summary>Makes a new file in place of whatever file or link has the name.</summary>
    public FileStream CreateFile(string name)
    {
        Clear(name);
        var descriptor = Check(
            Descriptors.OpenAt(Descriptor, name, Descriptors.WriteOnly | Descriptors.Create | Descriptors.Exclusive | Descriptors.NoFollow | Descriptors.CloseOnExec, 0x180),
            "create", name);
        return new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    /// <summary>Makes a symbolic link in place of whatever file or link has the name.</summary>
    public void CreateLink(string name, string target)
    {
        Clear(name);
        Check(Descriptors.SymbolicLinkAt(target, Descriptor, name), "create", name);
    }

    /// <summary>Gives a file of another directory a second name here.</summary>
    public void CreateHardLink(string name, HostDirectory from, string existing)
    {
        if (from.Status(existing) is not { IsFile: true })
            throw new SbxException(ErrorCode.Denied, $"the archive links {Shown(name)} to something that is not a file", "copy its parts one by one");
        Clear(name);
        Check(Descriptors.LinkAt(from.Descriptor, existing, Descriptor, name, 0), "create", name);
    }

    /// <summary>Sets permissions of this directory.</summary>
    public void SetMode(UnixFileMode mode) => Check(Descriptors.ChangeMode(_handle, (uint)mode), "change", ".");

    /// <summary>Sets the time of last change of a name; for a link, its own.</summary>
    public void SetTime(string name, DateTimeOffset modified)
    {
        var times = stackalloc Descriptors.TimeSpec[2];
        var time = new Descriptors.TimeSpec
        {
            Seconds = modified.ToUnixTimeSeconds(),
            Nanoseconds = (modified.Ticks % TimeSpan.TicksPerSecond) * 100,
        };
        times[0] = times[1] = time;
        // Not all file systems keep times of links; that is no reason to fail.
        _ = Descriptors.SetTimes(Descriptor, name, times, Descriptors.NoFollowAt);
    }

    public void Dispose() => _handle.Dispose();

    private void Clear(string name)
    {
        if (Status(name) is { IsDirectory: true })
            throw new SbxException(ErrorCode.Conflict, $"{Shown(name)} is a directory, and a file is to be copied there", "remove it, or copy to another place");
        if (Descriptors.UnlinkAt(Descriptor, name, 0) != 0 && Marshal.GetLastPInvokeError() != Descriptors.Enoent)
            throw Failure("replace", Shown(name));
    }

    private int Check(int result, string what, string name) => result >= 0 ? result : throw Failure(what, Shown(name));

    private string Shown(string name) => name == "." ? _shown : $"{_shown.TrimEnd('/')}/{name}";

    private static bool Missing(string path) =>
        Marshal.GetLastPInvokeError() is Descriptors.Enoent or Descriptors.Enotdir || !Directory.Exists(path);

    private static SbxException Failure(string what, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        var code = error switch
        {
            13 or 1 or 30 or Descriptors.Eloop => ErrorCode.Denied,
            Descriptors.Enoent => ErrorCode.NotFound,
            28 or 122 => ErrorCode.Exhausted,
            _ => ErrorCode.Failed,
        };
        return new SbxException(code, $"cannot {what} {path}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
