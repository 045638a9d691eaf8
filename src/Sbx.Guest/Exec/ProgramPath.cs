using Sbx.Guest.Calls;
using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Exec;

/// <summary>Looks a program up in PATH.</summary>
internal static class ProgramPath
{
    private const int AnyExecute = 0x49;

    /// <summary>The path to hand to execve. A name with a slash is taken as it is.</summary>
    /// <exception cref="CallException">No directory of PATH has it, or it is not executable.</exception>
    public static string Find(string program, string path)
    {
        if (program.Contains('/'))
            return program;
        string? notExecutable = null;
        foreach (var directory in path.Split(':'))
        {
            if (!directory.StartsWith('/') || program.Length == 0)
                continue;
            var candidate = $"{directory}/{program}";
            if (!Descriptor.TryStatus(Libc.AtFdCwd, candidate, 0, out var status) || !status.IsRegular)
                continue;
            if ((status.Mode & AnyExecute) != 0)
                return candidate;
            notExecutable ??= candidate;
        }

        throw notExecutable is null
            ? new CallException(GuestErrorCodes.NotFound, $"{program}: no such program in PATH")
            : new CallException(GuestErrorCodes.NotPermitted, $"{notExecutable} is not executable");
    }
}
