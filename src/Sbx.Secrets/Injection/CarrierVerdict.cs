namespace Sbx.Secrets.Injection;

/// <summary>What a header or query parameter of the guest's request is to a credentialed host.</summary>
public enum CarrierVerdict
{
    /// <summary>It carries no credential; forward it.</summary>
    None,

    /// <summary>It carries the placeholder (or nothing); remove it.</summary>
    Placeholder,

    /// <summary>It carries a credential that sbx did not issue; refuse the request unless that is allowed, else remove it.</summary>
    Foreign,
}
