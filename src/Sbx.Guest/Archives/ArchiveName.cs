using Sbx.Guest.Calls;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Archives;

/// <summary>Names inside an archive.</summary>
internal static class ArchiveName
{
    /// <summary>The components of a name; "." and empty ones are dropped, a leading "/" is taken as relative.</summary>
    /// <exception cref="CallException">The name holds ".." or a NUL character, or a component is too long.</exception>
    public static string[] Split(string name)
    {
        var components = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(component => component != ".").ToArray();
        if (name.Contains('\0') || components.Any(component => component == ".." || component.Length > 255) || components.Length > 1000)
            throw new CallException(GuestErrorCodes.BadRequest, "the archive holds a name that would leave the directory or is no name");
        return components;
    }
}
