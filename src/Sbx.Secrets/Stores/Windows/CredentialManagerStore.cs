using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Stores.Windows;

/// <summary>
/// Keeps secrets in Windows' Credential Manager as generic credentials of this user on this machine, named
/// <c>sbx/INSTANCE/SCOPE/SERVICE</c>. Values up to 2560 bytes. Thread-safe.
/// </summary>
internal sealed unsafe class CredentialManagerStore(string instance) : ISecretStore
{
    public string Kind => "credential-manager";

    public string Description => "Windows Credential Manager, protected by your Windows account";

    private string Prefix => $"sbx/{instance}/";

    public Task<SecretValue?> GetAsync(SecretKey key, CancellationToken cancellationToken) => Task.Run<SecretValue?>(() =>
    {
        if (!CredentialApi.Read(Target(key), CredentialApi.Generic, 0, out var credential))
            return Marshal.GetLastPInvokeError() == CredentialApi.NotFound ? null : throw Failed("reading a secret");
        try
        {
            var blob = new Span<byte>(credential->CredentialBlob, (int)credential->CredentialBlobSize);
            var value = SecretValue.FromBytes(blob);
            CryptographicOperations.ZeroMemory(blob);
            return value;
        }
        finally
        {
            CredentialApi.Free(credential);
        }
    }, cancellationToken);

    public Task SetAsync(SecretKey key, SecretValue value, CancellationToken cancellationToken) => Task.Run(() =>
    {
        if (value.Length > CredentialApi.MaximumBlob)
            throw new SecretException(SecretErrorKind.Keychain, $"The secret is longer than the {CredentialApi.MaximumBlob} bytes that Credential Manager takes.", "Keep secrets in a file with: SBX_KEYCHAIN=file");
        fixed (char* target = Target(key), user = Environment.UserName)
        fixed (byte* blob = value.Bytes)
        {
            var credential = new CredentialApi.Credential
            {
                Type = CredentialApi.Generic,
                TargetName = target,
                UserName = user,
                CredentialBlob = blob,
                CredentialBlobSize = (uint)value.Length,
                Persist = CredentialApi.PersistLocalMachine,
            };
            if (!CredentialApi.Write(&credential, 0))
                throw Failed("storing a secret");
        }
    }, cancellationToken);

    public Task<bool> RemoveAsync(SecretKey key, CancellationToken cancellationToken) => Task.Run(() =>
    {
        if (CredentialApi.Delete(Target(key), CredentialApi.Generic, 0))
            return true;
        return Marshal.GetLastPInvokeError() == CredentialApi.NotFound ? false : throw Failed("removing a secret");
    }, cancellationToken);

    public Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<SecretKey>>(() =>
    {
        if (!CredentialApi.Enumerate(Prefix + "*", 0, out var count, out var credentials))
            return Marshal.GetLastPInvokeError() == CredentialApi.NotFound ? [] : throw Failed("listing secrets");
        var keys = new List<SecretKey>();
        for (var i = 0u; i < count; i++)
        {
            var parts = new string(credentials[i]->TargetName)[Prefix.Length..].Split('/');
            if (parts.Length == 2 && SecretKey.FromScope(parts[0], parts[1]) is { } key)
                keys.Add(key);
        }

        CredentialApi.Free(credentials);
        return keys;
    }, cancellationToken);

    private string Target(SecretKey key) => $"{Prefix}{key.Scope}/{key.Service}";

    private static SecretException Failed(string what)
        => new(SecretErrorKind.Keychain, $"Credential Manager failed while {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}", "Keep secrets in a file with: SBX_KEYCHAIN=file");
}
